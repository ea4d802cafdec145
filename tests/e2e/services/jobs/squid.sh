# shellcheck shell=sh
answer() { curl --fail --silent --show-error --head --proxy http://127.0.0.1:3128 http://deb.debian.org/debian/dists/ | grep -i '^via:.*squid'; }
eventually 30 answer
