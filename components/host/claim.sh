# sh -s take   refuses a name that another sandbox has on this host; else prints who owns it now
# sh -s keep   the same on a host that may be the old one under another address: what this stack has there is no other's
# Environment: SANDBOX, PROJECT, STACK, LABEL_PREFIX, OWNER (without it: whoever it was, or whoever runs this)
set -eu

label() {
    printf '{{.Label "%s%s"}}' "$LABEL_PREFIX" "$1"
}

found() {
    for kind in "container ls --all" "network ls"; do
        docker $kind --filter "label=${LABEL_PREFIX}sandbox=$SANDBOX" \
            --format "stack $(label stack) of project $(label project), owned by $(label owner)"
    done | sort -u
}

claim() {
    if [ -n "$1" ]; then
        echo "A sandbox named $SANDBOX is on this host already: $1." >&2
        echo "Name this stack otherwise (pulumi stack rename), or remove the other: npm run doctor says how." >&2
        exit 1
    fi
    printf %s "${OWNER:-${PULUMI_COMMAND_STDOUT:-$(id -un)}}"
}

take() {
    claim "$(found)"
}

keep() {
    claim "$(found | grep -v "^stack $STACK of project $PROJECT,")"
}

"$1"
