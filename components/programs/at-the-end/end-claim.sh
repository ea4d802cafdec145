# Ends a sandbox's claim on its name: removes a network, and the volume that says how long it may live, of which no state knows, for a
# killed `pulumi up` had just made them. What has gone already is no error.
# Environment: SANDBOX, LABEL, PULUMI_COMMAND_STDOUT (what claim.mjs printed; versions before 0.2 knew no instances)
set -eu
docker volume rm --force "$SANDBOX.expiry" >/dev/null
case $PULUMI_COMMAND_STDOUT in
    *'"instance":"'*) ;;
    *) exit 0 ;;
esac
instance=${PULUMI_COMMAND_STDOUT##*\"instance\":\"}
left=$(docker network ls --quiet --filter "label=$LABEL${instance%%\"*}")
# shellcheck disable=SC2086 # each id is a word
[ -z "$left" ] || docker network rm $left >/dev/null
