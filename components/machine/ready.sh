# Runs inside the machine, in one exec: waits until systemd is up and the other conditions are met.
# Prints one line of JSON; or ends with 3, and says what was not as it should be, first of all in one line.
# Environment:
#   TIMEOUT    seconds for all of it
#   STATES     states of systemd that count as ready, "|" between them
#   UNITS      units that must be active
#   PORTS      TCP ports on which something must listen
#   COMMAND    command that must succeed
set -u
deadline=$(($(date +%s) + TIMEOUT))

version=$(systemctl --version | sed -n '1s/^systemd \([0-9]*\).*/\1/p')
# `is-system-running --wait` came with 240; before it, asking again is the only way.
[ "$version" -ge 240 ] && wait=--wait || wait=

seconds_left() {
    echo $((deadline - $(date +%s)))
}

in_time() {
    [ "$(seconds_left)" -gt 0 ]
}

# Until PID 1 listens on its socket, systemctl fails at once, which is no answer: ask again.
await_systemd() {
    state=unreachable
    while in_time; do
        state=$(timeout "$(seconds_left)" systemctl is-system-running $wait 2>/dev/null)
        case $state in
            running | degraded | maintenance | stopping) break ;;
        esac
        sleep 0.05
    done
    case "|$STATES|" in
        *"|$state|"*) return ;;
    esac
    failed=$(systemctl list-units --failed --plain --no-legend --no-pager | cut -d' ' -f1)
    fail "systemd is '${state:-unreachable}' after at most $TIMEOUT s, not '$STATES'; failed units: ${failed:-none}" $failed
}

await_unit() {
    while :; do
        active=$(systemctl is-active "$1")
        case $active in
            active) return ;;
            failed) fail "$1 has failed" "$1" ;;
        esac
        in_time || fail "$1 is still '$active' after $TIMEOUT s, not 'active'" "$1"
        sleep 0.1
    done
}

# State 0A is "listen"; addresses and ports are hexadecimal (proc(5), /proc/net/tcp).
listeners() {
    sed -n 's/^ *[0-9]*: [0-9A-F]*:\([0-9A-F]*\) [0-9A-F:]* 0A .*/\1/p' /proc/net/tcp /proc/net/tcp6 2>/dev/null | sort -u
}

await_port() {
    until listeners | grep -qx "$(printf %04X "$1")"; do
        in_time || fail "nothing listens on TCP port $1 after $TIMEOUT s, only on:$(listeners | sed 's/^/0x/' | xargs -r printf ' %d')"
        sleep 0.1
    done
}

await_command() {
    status=124 said=
    while in_time; do
        said=$(timeout "$(seconds_left)" /bin/sh -c "$COMMAND" 2>&1 </dev/null) && return
        status=$?
        sleep 0.2
    done
    echo "'$COMMAND' still ends with status $status after $TIMEOUT s; it says:" >&2
    printf '%s\n' "$said" | tail -n 15 >&2
    exit 3
}

# The reason, then what the units have to say for themselves, on one screen; without units, what systemd is busy with.
fail() {
    echo "$1" >&2
    shift
    explain "$@" 2>&1 | head -n 18 >&2
    exit 3
}

explain() {
    for unit in "$@"; do
        systemctl status --no-pager --full --lines=0 "$unit"
        journalctl --boot --no-pager --quiet --lines=8 --unit="$unit"
    done
    [ $# -gt 0 ] || {
        systemctl list-jobs --no-pager
        journalctl --boot --no-pager --quiet --lines=10
    }
}

await_systemd
# A machine that isn't as it was declared is not ready, even where `degraded` is accepted.
systemctl is-failed --quiet machine-setup.service && fail "machine-setup.service has failed" machine-setup.service
for unit in $UNITS; do await_unit "$unit"; done
for port in $PORTS; do await_port "$port"; done
[ -z "$COMMAND" ] || await_command

started=$(systemctl show --property=UserspaceTimestampMonotonic | cut -d= -f2)
finished=$(systemctl show --property=FinishTimestampMonotonic | cut -d= -f2)
printf '{"state":"%s","systemdVersion":%s,"bootMilliseconds":%s}\n' "$state" "$version" $(((finished - started) / 1000))
