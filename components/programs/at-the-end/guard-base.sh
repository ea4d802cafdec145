# Refuses to let a base go while sandboxes on its host use it, and names them. What labels say is shown without controls, and
# a command is offered only where the stack's name can be nothing else. By printf: echo makes controls of what looks like \033.
# Environment: BASE (full name of its stack), LABEL_PREFIX
set -eu

name() {
    printf '{{.Label "%s%s"}}' "$LABEL_PREFIX" "$1"
}

# By itself: an engine that doesn't answer would be hidden by what comes after a pipe.
labels=$(docker ps --all --filter "label=${LABEL_PREFIX}base=$BASE" --format "$(name stack) $(name sandbox) $(name owner)")
sandboxes=$(printf '%s\n' "$labels" | LC_ALL=C tr -cd '[:print:]\n' | sort -u)
[ -n "$sandboxes" ] || exit 0
echo "The base $BASE is in use; nothing of it was removed. Destroy these sandboxes first:" >&2
printf '%s\n' "$sandboxes" | while read -r stack sandbox owner; do
    case $stack in
        *[!A-Za-z0-9._-]*) printf '  %s\n' "$sandbox, of $owner" ;;
        *) printf '  %s\n' "$sandbox (stack $stack, of $owner): pulumi destroy --stack $stack" ;;
    esac
done >&2
exit 1
