# Goes before each job: what they have in common.
set -eu

# eventually SECONDS COMMAND…: tries until it succeeds; its last attempt says what is wrong.
eventually() {
    deadline=$(($(date +%s) + $1))
    shift
    until "$@" >/dev/null 2>&1; do
        if [ "$(date +%s)" -ge "$deadline" ]; then
            "$@"
            return
        fi
        sleep 0.2
    done
}
