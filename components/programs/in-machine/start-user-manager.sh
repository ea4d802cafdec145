# manager USER: starts the systemd of a user, which a login would start, for the `systemctl --user` of a step. A number without a
# name can't have one, and an image without pam_systemd makes none: the step does without.
id=$(id -u -- "$1" 2>/dev/null) || exit 0
[ "$id" != 0 ] && getent passwd "$id" >/dev/null || exit 0
systemctl start "user@$id.service" 2>/dev/null ||
    # The machine isn't degraded by it.
    systemctl reset-failed "user@$id.service" "user-runtime-dir@$id.service" 2>/dev/null || :
