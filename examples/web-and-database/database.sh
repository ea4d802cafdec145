#!/bin/sh
# Opens the database to the sandbox's network, for those who know the password.
set -eu

sed -i -E '/^(bind|requirepass) /d' /etc/redis/redis.conf
printf 'bind * -::*\nrequirepass "%s"\n' "$PASSWORD" >>/etc/redis/redis.conf

# Debian's name for it, or everybody else's.
service=redis-server
systemctl cat "$service" >/dev/null 2>&1 || service=redis
systemctl enable "$service"
systemctl restart "$service"
echo "$(redis-server --version | cut -d' ' -f1-3) is up"
