# Runs inside the machine, in one exec: waits until systemd is up and the other conditions are met.
# Prints one line of JSON; or ends with 3, and says what was not as it should be, first of all in one line.
# Environment:
#   TIMEOUT    seconds for all of it
#   STATES     states of systemd that count as ready, "|" between them
#   UNITS      units that must be active
#   PORTS      TCP ports on which something must listen
#   COMMAND    command that must succeed
set -u
# While PID 1 is systemd-shutdown (the kernel keeps 15 letters of a name), it waits for all others to end: whoever asks, asks again.
read -r first </proc/1/comm && [ "$first" = systemd-shutdow ] && exit 1

deadline=$(($(date +%s) + TIMEOUT))

version=$(systemctl --version | sed -n '1s/^systemd \([0-9]*\).*/\1/p')
# `is-system-running --wait` came with 240; before it, asking again is the only way.
[ "$version" -ge 240 ] && wait=--wait || wait=

# How many seconds are left is for timeout(1), to which none would mean that it has no end: the clock is read once for both.
in_time() {
    left=$((deadline - $(date +%s)))
    [ "$left" -gt 0 ]
}

# Until PID 1 listens on its socket, systemctl fails at once, which is no answer: ask again.
await_systemd() {
    while in_time; do
        # shellcheck disable=SC2086 # an old systemctl gets no word at all
        state=$(timeout "$left" systemctl is-system-running $wait 2>/dev/null)
        case $state in
            running | degraded | maintenance | stopping) break ;;
        esac
        sleep 0.05
    done
    # The time may have ended the question: what it would say now, is said.
    case ${state-} in
        '' | offline | unknown) state=$(timeout 2 systemctl is-system-running 2>/dev/null) ;;
    esac
    case "|$STATES|" in
        *"|$state|"*) return ;;
    esac
    failed=$(systemctl list-units --failed --plain --no-legend --no-pager | cut -d' ' -f1 | paste -sd' ' -)
    # shellcheck disable=SC2086 # each unit is a word
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
    sed -n 's/^ *[0-9]*: [0-9A-F]*:\([0-9A-F]*\) [0-9A-F:]* 0A .*/\1/p' /proc/net/tcp /proc/net/tcp6 2>/dev/null | sort -u |
        while read -r port; do echo $((0x$port)); done
}

await_port() {
    until listeners | grep -qx "$1"; do
        in_time || {
            others=$(listeners | paste -sd' ' -)
            fail "nothing listens on TCP port $1 after $TIMEOUT s, only on: ${others:-none}"
        }
        sleep 0.1
    done
}

await_command() {
    said=
    while in_time; do
        # A shell has a word of its own for a killed command, which nobody needs.
        { said=$(timeout -k 1 "$left" /bin/sh -c "$COMMAND" 2>&1 </dev/null) && return; } 2>/dev/null
        status=$?
        in_time || break
        sleep 0.2
    done
    # timeout(1) ends with 124 where it had to end the command, with 137 where the command didn't want to.
    case ${status-124} in
        124 | 137) say "'$COMMAND' did not end within $TIMEOUT s; it says:" ;;
        *) say "'$COMMAND' still ends with status $status after $TIMEOUT s; it says:" ;;
    esac
    printf '%s\n' "${said:-(nothing)}" | tail -n 15 >&2
    exit 3
}

# Not by echo: in some shells, it makes something else of a backslash.
say() {
    printf '%s\n' "$1" >&2
}

# The reason, then what the units have to say for themselves, on one screen; without units, what systemd is busy with.
fail() {
    say "$1"
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
