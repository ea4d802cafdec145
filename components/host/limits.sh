# Runs where Pulumi runs: limits the cgroup around a machine's own, which nobody in the machine may write.
#   sh -s limit   makes the cgroup and writes the limits
#   sh -s lift    takes them back, where the cgroup is still there
# Environment: IMAGE, CGROUP (the machine's cgroup directory), LIMITS (lines of hierarchy:file:value)
set -eu

# DAC_OVERRIDE, because the roots of the hierarchies are read-only even for their owner.
docker run --rm --network=none --log-driver=none --read-only --cap-drop=ALL --cap-add=DAC_OVERRIDE \
    --security-opt=no-new-privileges --security-opt=label=disable \
    --cgroupns=host --volume=/sys/fs/cgroup:/sys/fs/cgroup:rw --env=CGROUP --env=LIMITS "$IMAGE" /bin/sh -euc '
    # On cgroup v2 a controller has to be handed down from the root, level by level (cgroup-v2.rst, "Enabling and Disabling").
    enable() {
        level=/sys/fs/cgroup rest=${CGROUP#/}
        while [ -n "$rest" ]; do
            mkdir -p "$level"
            echo "+$1" >"$level/cgroup.subtree_control"
            level=$level/${rest%%/*}
            case $rest in */*) rest=${rest#*/} ;; *) rest= ;; esac
        done
    }
    printf "%s\n" "$LIMITS" | while IFS=: read -r hierarchy file value; do
        [ -n "$file" ] || continue
        directory=/sys/fs/cgroup/$hierarchy$CGROUP
        case $0 in
            limit)
                [ -n "$hierarchy" ] || enable "${file%%.*}"
                mkdir -p "$directory"
                echo "$value" >"$directory/$file"
                ;;
            lift) [ ! -e "$directory/$file" ] || echo max >"$directory/$file" ;;
        esac
    done' "$1"
