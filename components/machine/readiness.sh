# Runs where Pulumi runs: waits in the machine until it is ready, in one exec, since polling with many from the first
# millisecond disturbs the boot (https://github.com/kubernetes-sigs/kind/issues/2409).
# Environment: MACHINE, READY (what runs inside: ready.sh), and for that one TIMEOUT, STATES, UNITS, PORTS, COMMAND
set -u

NOT_READY=3

await() {
    printf %s "$READY" | docker exec -i --env TIMEOUT --env STATES --env UNITS --env PORTS --env COMMAND "$MACHINE" /bin/sh -s
    case $? in
        0) exit 0 ;;
        "$NOT_READY") exit 1 ;;
        *) show_console && exit 1 ;;
    esac
}

# PID 1 is gone, and took the exec with it. It kills the other processes first and says its last words afterwards.
show_console() {
    for _ in 1 2 3 4 5 6 7 8 9 10; do
        docker inspect --format='{{.State.Status}}' "$MACHINE" | grep -q running || break
        sleep 1
    done
    echo "$MACHINE stopped before it was ready. Its console said at last:" >&2
    docker logs --tail=16 "$MACHINE" >&2
}

"$1"
