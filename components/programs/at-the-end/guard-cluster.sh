# Refuses to take a cluster's set-up away while machines need it, and names them: they could not be made anew. By printf: echo makes
# controls of what looks like \033.
# Environment: SELECTOR (of those machines), KUBECONFIG and KUBE_CONTEXT (which cluster; both may be empty)
set -eu
machines=$(kubectl ${KUBE_CONTEXT:+"--context=$KUBE_CONTEXT"} get pods --all-namespaces --selector="$SELECTOR" \
    -o "jsonpath={range .items[*]}  {.metadata.name} in the namespace {.metadata.namespace}{'\n'}{end}")
[ -n "$machines" ] || exit 0
echo "The set-up of the cluster is in use; nothing of it was removed. Destroy the sandboxes of these machines first:" >&2
printf '%s\n' "$machines" >&2
exit 1
