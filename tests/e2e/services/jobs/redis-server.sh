# shellcheck shell=sh
redis-cli set job works
# Written to its StateDirectory=, and read from there.
redis-cli save
systemctl restart redis-server.service
answer() { redis-cli get job | grep -x works; }
eventually 30 answer
