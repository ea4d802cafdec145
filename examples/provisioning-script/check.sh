#!/bin/sh
# What must be so after setup.sh: a line for each, and an exit status that fails `pulumi up`.
failed=0

check() {
    description=$1
    shift
    if "$@" >/dev/null; then
        echo "ok - $description"
    else
        echo "not ok - $description"
        failed=1
    fi
}

check "the user clock is there" id clock
check "the timer is enabled" systemctl is-enabled clock.timer
check "the timer is active" systemctl is-active clock.timer
check "the service has noted the time" test -s /var/lib/clock/times
check "what it wrote is its own" test "$(stat -c %U /var/lib/clock/times)" = clock
check "no unit has failed" test -z "$(systemctl list-units --failed --plain --no-legend)"
exit "$failed"
