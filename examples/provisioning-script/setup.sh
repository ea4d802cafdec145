#!/bin/sh
# The script under test: a user, and a service of theirs that notes the time every minute.
set -eu

id clock >/dev/null 2>&1 || useradd --system --create-home --home-dir /var/lib/clock clock

cat >/etc/systemd/system/clock.service <<'END'
[Service]
Type=oneshot
User=clock
ExecStart=/bin/sh -c 'date >>/var/lib/clock/times'
END

cat >/etc/systemd/system/clock.timer <<'END'
[Timer]
OnActiveSec=0
OnUnitActiveSec=1min

[Install]
WantedBy=timers.target
END

systemctl daemon-reload
systemctl enable --now clock.timer
systemctl start clock.service
