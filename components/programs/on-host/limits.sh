# In a container that may write cgroups, and speak with the host's systemd where that manages them: limits the cgroups around
# machines, which nobody in them may write.
# Environment: MANAGER (which systemd: `--system`, or `--user`, in XDG_RUNTIME_DIR), LIMITS, lines of "<cgroup> <hierarchy, or -> <file> <value>"; SLICES, lines of "<slice> <property>=<value>…", where a
# slice alone gets its limits taken back

# On cgroup v2 a controller has to be handed down from the root, level by level (cgroup-v2.rst, "Enabling and Disabling").
hand_down() {
    level=/sys/fs/cgroup rest=${2#/}
    while [ -n "$rest" ]; do
        mkdir -p "$level"
        echo "+$1" >"$level/cgroup.subtree_control"
        level=$level/${rest%%/*}
        case $rest in */*) rest=${rest#*/} ;; *) rest= ;; esac
    done
}

printf '%s\n' "$SLICES" | while read -r slice properties; do
    if [ -n "$properties" ]; then
        # shellcheck disable=SC2086 # each property is a word
        systemctl "$MANAGER" set-property --runtime "$slice" $properties
    elif [ -n "$slice" ]; then
        systemctl "$MANAGER" revert "$slice"
    fi
done

printf '%s\n' "$LIMITS" | while read -r cgroup hierarchy file value; do
    [ "$hierarchy" != - ] || hierarchy=
    directory=/sys/fs/cgroup/$hierarchy$cgroup
    case $value in
        '') ;;
        max*)
            # Nothing to limit: only what was limited before is taken back.
            [ ! -e "$directory/$file" ] || echo "$value" >"$directory/$file"
            ;;
        *)
            case $hierarchy$file in
                # The kernel's own, for which no controller is needed.
                cgroup.*) ;;
                *) [ -n "$hierarchy" ] || hand_down "${file%%.*}" "$cgroup" ;;
            esac
            mkdir -p "$directory"
            echo "$value" >"$directory/$file"
            ;;
    esac
done
