# Runs where Pulumi runs: limits the cgroup around a machine's own, which nobody in the machine may write.
#   sh -s limit   makes the cgroup and writes the limits
#   sh -s lift    takes them back, where the cgroup is still there
# Environment: IMAGE, LIMITS (components/machine/limits.ts), CGROUP (the cgroup's directory),
# SLICE (the cgroup as a unit of the host's systemd; empty where the engine makes cgroups itself)

# ---- Where the engine makes cgroups itself; elsewhere the host's systemd would write over it

# DAC_OVERRIDE, because the roots of the hierarchies are read-only even for their owner.
write_files() {
    one_shot --cap-add=DAC_OVERRIDE --cgroupns=host --volume=/sys/fs/cgroup:/sys/fs/cgroup:rw --env=CGROUP --env=LIMITS \
        "$IMAGE" /bin/sh -euc '
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
        directory=/sys/fs/cgroup/$hierarchy$CGROUP
        case $0-$value in
            lift-* | limit-max*) [ ! -e "$directory/$file" ] || echo max >"$directory/$file" ;;
            *)
                [ -n "$hierarchy" ] || enable "${file%%.*}"
                mkdir -p "$directory"
                echo "$value" >"$directory/$file"
                ;;
        esac
    done' "$1"
}

# ---- Both

limit() {
    if [ -z "$SLICE" ]; then write_files limit; else host_systemctl set-property --runtime "$SLICE" $LIMITS; fi
}

lift() {
    if [ -z "$SLICE" ]; then write_files lift; else host_systemctl revert "$SLICE"; fi
}

"$1"
