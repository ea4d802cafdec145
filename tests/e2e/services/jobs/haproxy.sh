# shellcheck shell=sh
cat >>/etc/haproxy/haproxy.cfg <<'END'
frontend job
    bind 127.0.0.1:8080
    mode http
    http-request return status 200 content-type text/plain string works
END
systemctl reload haproxy.service
answer() { curl --fail --silent --show-error http://127.0.0.1:8080/ | grep -x works; }
eventually 30 answer
