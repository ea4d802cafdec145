# sh -s release: refuses to let a base go while sandboxes on its host use it, and names them.
# Environment: BASE (full name of its stack), LABEL_PREFIX
set -eu

release() {
    sandboxes=$(docker ps --all --filter "label=${LABEL_PREFIX}base=$BASE" --format "{{.Label \"${LABEL_PREFIX}sandbox\"}} (stack {{.Label \"${LABEL_PREFIX}stack\"}}, of {{.Label \"${LABEL_PREFIX}owner\"}})" | sort -u)
    [ -z "$sandboxes" ] && return
    echo "The base $BASE is in use; nothing of it was removed. Destroy these sandboxes first:" >&2
    echo "$sandboxes" | sed 's/\([^ ]*\) (stack \([^,]*\),.*/  &: pulumi destroy --stack \2/' >&2
    exit 1
}

"$1"
