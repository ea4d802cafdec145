# shellcheck shell=sh
# Asked as programs ask it. Debian 12's isn't on D-Bus until its next start: the bus learns of its user too late.
answer() { dig +short @127.0.0.53 deb.debian.org | grep .; }
eventually 30 answer
