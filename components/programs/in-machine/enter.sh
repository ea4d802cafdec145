# enter USER DIRECTORY COMMAND…: becomes the command as `docker exec --user --workdir` would run it, which `kubectl exec` can't be
# told. Names of variables that nobody else has: those that are there are the command's.

# As Docker says why it runs nothing.
refuse() {
    printf '%s\n' "$1" >&2
    exit 126
}

# What a container has where its image says nothing.
PATH=${PATH:-/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin}
HOSTNAME=${HOSTNAME:-$(uname -n)}
HOME=${HOME:-/root}
export PATH HOSTNAME HOME
ENTER_AS=$1 ENTER_IN=$2
shift 2
cd "$ENTER_IN" 2>/dev/null || refuse "there is no directory $ENTER_IN"
case $ENTER_AS in
    root | 0) exec "$@" ;;
esac

ENTER_USER=${ENTER_AS%%:*} ENTER_GROUPS=--init-groups
# A number may have no name; it is of root's group then, and at home nowhere.
ENTER_ENTRY=$(getent passwd "$ENTER_USER") || case $ENTER_USER in
    *[!0-9]*) refuse "unable to find user $ENTER_USER: no matching entries in passwd file" ;;
    *) ENTER_ENTRY=::$ENTER_USER:0::/: ENTER_GROUPS=--clear-groups ;;
esac
IFS=: read -r _ _ ENTER_UID ENTER_GID _ HOME _ <<ENTRY
$ENTER_ENTRY
ENTRY
case $ENTER_AS in
    *:*)
        # Who names a group gets no other one.
        ENTER_GID=${ENTER_AS#*:} ENTER_GROUPS=--clear-groups
        case $ENTER_GID in
            *[!0-9]*)
                ENTER_GID=$(getent group "$ENTER_GID" | cut -d: -f3)
                [ -n "$ENTER_GID" ] || refuse "unable to find group ${ENTER_AS#*:}: no matching entries in group file"
                ;;
        esac
        ;;
esac
# By numbers: an old setpriv knows no names.
exec setpriv --reuid="$ENTER_UID" --regid="$ENTER_GID" "$ENTER_GROUPS" "$@"
