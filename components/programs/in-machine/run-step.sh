# step ARGUMENT…: runs the script that comes by standard input. It is a file, so that it may have any interpreter, and
# standard input for nothing; it belongs to its user alone and is gone afterwards.
# Ends as the script ends; but with 194 where the script has ended well and the machine goes down after it, once it is down; with
# 195 where the machine has gone down in the middle of it.
# Environment: PROVISION_VARIABLES (names), STEP_<name> (the value of each)

# PID 1 becomes systemd-shutdown when all units have stopped; the kernel keeps 15 letters of a name.
is_down() {
    read -r PROVISION_FIRST </proc/1/comm && [ "$PROVISION_FIRST" = systemd-shutdow ]
}

goes_down() {
    ! is_down || return 0
    case $(systemctl is-system-running 2>/dev/null) in
        stopping) ;;
        # PID 1 answers nobody while it becomes systemd-shutdown. Nor does it where this user may ask nobody.
        '' | offline | unknown) sleep 1 && is_down ;;
        *) return 1 ;;
    esac
}

# /tmp may be noexec, /run never is; but only root may write there.
PROVISION_STEP=$(mktemp -p /run 2>/dev/null || mktemp)
trap 'rm -f "$PROVISION_STEP"' EXIT
# The shell does it when the script has ended, which gets the same signal at the end of a shutdown.
trap 'is_down && exit "${PROVISION_DONE:-195}" || exit 143' TERM
cat >"$PROVISION_STEP"
chmod u+x "$PROVISION_STEP"
# In a shell of its own: PATH may be among the variables, and rm is to be found afterwards.
PROVISION_STATUS=0
(
    # As after a login: `systemctl --user` finds the user's systemd by it.
    PROVISION_RUNTIME=/run/user/$(id -u)
    [ ! -d "$PROVISION_RUNTIME" ] || export XDG_RUNTIME_DIR="$PROVISION_RUNTIME"
    for PROVISION_NAME in $PROVISION_VARIABLES; do
        eval "export $PROVISION_NAME=\"\$STEP_$PROVISION_NAME\""
        unset "STEP_$PROVISION_NAME"
    done
    unset PROVISION_VARIABLES
    "$PROVISION_STEP" "$@" </dev/null 2>&1
) || PROVISION_STATUS=$?
case $PROVISION_STATUS in
    0)
        PROVISION_DONE=194
        # Until this is ended too: nothing that follows may begin before.
        while goes_down; do sleep 0.1; done
        ;;
    # Its own word for something is not ours.
    194 | 195) exit 1 ;;
    *) exit "$PROVISION_STATUS" ;;
esac
