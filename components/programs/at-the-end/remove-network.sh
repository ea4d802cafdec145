# Removes the network that this resource made; one that has gone already is no error.
# Environment: PULUMI_COMMAND_STDOUT (its id)
set -eu
said=$(docker network rm "$PULUMI_COMMAND_STDOUT" 2>&1) || case $said in
    *"ot found"* | *"o such network"*) ;;
    *) printf '%s\n' "$said" >&2 && exit 1 ;;
esac
