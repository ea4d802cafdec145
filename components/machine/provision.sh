# Runs where Pulumi runs: takes one provisioning step into a machine and runs it there, once.
# What the step says is shown as it comes, without its secrets; when it fails, its last lines are the error.
# Environment:
#   MACHINE          the container
#   STEP, SCRIPT     the step's name for people, and its text
#   ARGUMENTS        its arguments, as words of a shell
#   RUN_AS           user, and DIRECTORY where it runs
#   VARIABLES        names of its environment variables, none of which begins with PROVISION_; STEP_<name> is the value of each
#   FILES            its files, "<text or base64> <mode> <owner> <path>" in a line for each; FILE_<line, from 0> has the content
#   SECRETS          names of those STEP_… and FILE_… that must not be shown
#   HIDDEN           more that must not be shown: the machine's own secrets
# STEP_… and FILE_… so that none of them means anything to docker itself (PATH, HOME, DOCKER_HOST).
set -eu

# Marks the exit status behind the step's output: the end-of-transmission character, which no text has.
END=$(printf '\004')
LAST_LINES=14
NEWLINE='
'

# By standard input, so that no content is ever an argument that `ps` shows.
put_files() {
    file=0
    printf '%s\n' "$FILES" | while read -r encoding mode owner path; do
        [ -n "$path" ] || continue
        eval "content=\$FILE_$file"
        printf %s "$content" | docker exec -i "$MACHINE" /bin/sh -euc '
            mkdir -p "${4%/*}/"
            umask 077
            if [ "$1" = base64 ]; then base64 -d; else cat; fi >"$4"
            chown "$3" "$4"
            chmod "$2" "$4"' put "$encoding" "$mode" "$owner" "$path" || {
            echo "$STEP: its file $path could not be put into $MACHINE." >&2
            exit 1
        }
        file=$((file + 1))
    done
}

# The step is a file in the machine, so that it may have any interpreter, and standard input for nothing. It belongs to
# its user alone and is gone afterwards. `--env NAME` takes the value from here: no value is an argument either.
run_step() {
    eval "set -- $ARGUMENTS"
    set -- "$MACHINE" /bin/sh -euc '
        # /tmp may be noexec, /run never is; but only root may write there.
        PROVISION_STEP=$(mktemp -p /run 2>/dev/null || mktemp)
        trap "rm -f \"$PROVISION_STEP\"" EXIT
        cat >"$PROVISION_STEP"
        chmod u+x "$PROVISION_STEP"
        for PROVISION_NAME in $PROVISION_VARIABLES; do
            eval "export $PROVISION_NAME=\"\$STEP_$PROVISION_NAME\""
            unset "STEP_$PROVISION_NAME"
        done
        unset PROVISION_VARIABLES
        "$PROVISION_STEP" "$@" </dev/null 2>&1' step "$@"
    for name in $VARIABLES; do
        set -- --env "STEP_$name" "$@"
    done
    export PROVISION_VARIABLES="$VARIABLES"
    printf %s "$SCRIPT" | docker exec -i --user "$RUN_AS" --workdir "$DIRECTORY" --env PROVISION_VARIABLES "$@" 2>&1
}

# Every line of every secret becomes "[secret]" in $line.
hide_secrets() {
    for secret in "$@"; do
        shown=
        while :; do
            case $line in
                *"$secret"*) shown="$shown${line%%"$secret"*}[secret]" line=${line#*"$secret"} ;;
                *) break ;;
            esac
        done
        line=$shown$line
    done
}

# Shows what comes by standard input, and ends as the step did.
show() {
    secrets=$HIDDEN
    for name in $SECRETS; do
        eval "secrets=\$secrets\$NEWLINE\$$name"
    done
    IFS=$NEWLINE
    set -f
    # Split into lines; empty ones vanish.
    set -- $secrets
    status=1 tail='' lines=0
    while IFS= read -r line || [ -n "$line" ]; do
        ended=
        case $line in
            *"$END"*) ended=yes status=${line##*"$END"} line=${line%"$END"*} ;;
        esac
        [ -z "$ended$line" ] || [ "$ended$line" = yes ] || {
            hide_secrets "$@"
            printf '%s\n' "$line"
            tail=$tail$NEWLINE$line lines=$((lines + 1))
            [ "$lines" -le "$LAST_LINES" ] || tail=$NEWLINE${tail#*"$NEWLINE"*"$NEWLINE"}
        }
    done
    [ "$status" = 0 ] || fail "$tail"
}

fail() {
    echo "$STEP ended with exit status $status in $MACHINE. Its last lines:${1:-$NEWLINE(it said nothing)}" >&2
    echo "The machine is up for a look: docker exec -it $MACHINE sh; the next 'pulumi up' goes on with this step." >&2
    exit "$status"
}

run() {
    put_files
    {
        run_step && status=0 || status=$?
        printf '%s%s' "$END" "$status"
    } | show
}

"$1"
