# Removes a sandbox's namespace, and with it all that is in it; one that has gone already is no error. The user's own stays, and so does
# one of this name that is another sandbox's: the cluster was only given another address.
# Environment: OWN, NAMESPACE, LABEL (name of the annotation), KUBECONFIG and KUBE_CONTEXT (which cluster; both may be empty),
# PULUMI_COMMAND_STDOUT (what namespace.mjs printed)
set -eu
[ "$OWN" = yes ] || exit 0
instance=${PULUMI_COMMAND_STDOUT##*\"instance\":\"}
instance=${instance%%\"*}

cluster() {
    kubectl ${KUBE_CONTEXT:+"--context=$KUBE_CONTEXT"} "$@"
}

found=$(cluster get namespace "$NAMESPACE" --ignore-not-found \
    -o "go-template={{with .metadata.annotations}}{{index . \"$LABEL\"}}{{end}}")
[ -n "$instance" ] && [ "$found" = "$instance" ] || exit 0
cluster delete namespace "$NAMESPACE" --ignore-not-found --wait --timeout=120s >/dev/null
