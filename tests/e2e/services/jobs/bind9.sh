# shellcheck shell=sh
cat >>/etc/bind/named.conf.local <<'END'
zone "job.test" { type primary; file "/etc/bind/db.job"; };
END
cat >/etc/bind/db.job <<'END'
$TTL 60
@ IN SOA localhost. root.localhost. 1 60 60 60 60
@ IN NS localhost.
www IN A 192.0.2.1
END
rndc reload
answer() { dig +short @127.0.0.1 www.job.test | grep -x 192.0.2.1; }
eventually 30 answer
