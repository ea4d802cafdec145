# shellcheck shell=sh
# "Which of your ways to log in do you take?" "None is needed." (SOCKS 5, RFC 1928)
answer() { printf '\005\001\000' | nc -q 1 127.0.0.1 9050 | od -An -tx1 | grep '05 00'; }
eventually 30 answer
