# shellcheck shell=sh
for address in 127.0.0.1 ::1; do
    case $address in
        # Debian 12 listens on 127.0.0.1 alone.
        ::1) grep -q '^-l ::1' /etc/memcached.conf || continue ;;
    esac
    printf 'set job 0 0 5\r\nworks\r\nget job\r\nquit\r\n' | nc -q 1 $address 11211 | grep works
done
