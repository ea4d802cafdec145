# Runs in a machine: does what people do with systemd all day. Prints each thing that worked; the first that doesn't ends it.
set -eu

eventually() {
    tries=200
    until "$@"; do
        tries=$((tries - 1))
        [ $tries -gt 0 ] || { echo "in vain: $*" >&2; systemctl status --no-pager crowd >&2 || :; exit 1; }
        sleep 0.05
    done
}
members() { [ "$(pgrep --count --full --exact 'sleep 90[123]')" -eq "$1" ]; }
in_cgroup() {
    cgroup=$(systemctl show --property=ControlGroup --value crowd)
    for hierarchy in /sys/fs/cgroup /sys/fs/cgroup/systemd; do
        procs=$hierarchy$cgroup/cgroup.procs
        [ ! -e "$procs" ] || [ "$(wc -l <"$procs")" -ne "$1" ] || return 0
    done
    return 1
}

# TimeoutStopSec: on cgroup v1 only the host learns that a cgroup is empty (its release agent). A machine's systemd knows it
# from the end of each process, and waits in vain where one ended before it was watched: just after a start or a re-execution.
mkdir -p /run/systemd/system
cat >/run/systemd/system/crowd.service <<'unit'
[Service]
ExecStart=/bin/sh -c 'sleep 901 & sleep 902 & sleep 903 & wait'
Restart=on-failure
RestartSec=0
TimeoutStopSec=2
unit
systemctl daemon-reload
systemctl start crowd
eventually members 3
eventually in_cgroup 4
echo "start: all processes are in the unit's cgroup"

first=$(systemctl show --property=MainPID --value crowd)
systemctl kill --signal=KILL crowd
restarted() { main=$(systemctl show --property=MainPID --value crowd) && [ "$main" != "$first" ] && [ "$main" != 0 ]; }
eventually restarted
eventually members 3
echo "kill: all of them, and the unit came back"

systemctl stop crowd
eventually members 0
echo "stop: none is left"

systemctl start crowd
eventually members 3
systemctl daemon-reexec
eventually systemctl is-active --quiet crowd
eventually in_cgroup 4
echo "daemon-reexec: the unit is still known"

[ "$(systemd-run --quiet --wait --pipe echo transient)" = transient ]
if systemd-run --quiet --collect --wait false; then exit 1; fi
systemd-run --quiet --scope true
echo "systemd-run: a service, its failure, and a scope"

systemctl restart systemd-journald
echo "after the restart" | systemd-cat --identifier=manage-units
logged() { journalctl --identifier=manage-units --no-pager | grep -q "after the restart"; }
eventually logged
echo "journald: restarted, and writes"

mkdir -p /run/systemd/user
printf '[Service]\nType=oneshot\nRemainAfterExit=yes\nExecStart=/bin/true\n' >/run/systemd/user/errand.service
systemctl start user@0.service
user_manager() { XDG_RUNTIME_DIR=/run/user/0 systemctl --user is-system-running --quiet; }
eventually user_manager
XDG_RUNTIME_DIR=/run/user/0 systemctl --user start errand
XDG_RUNTIME_DIR=/run/user/0 systemctl --user is-active --quiet errand
systemctl stop user@0.service
echo "user session: its manager runs units"

systemctl stop crowd
eventually members 0
systemctl reset-failed
eventually systemctl is-system-running --quiet
[ -z "$(systemctl list-units --failed --no-legend)" ]
echo "afterwards: running, nothing failed"
