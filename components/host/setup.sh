# Runs where Pulumi runs and reaches the host through the Docker API alone, by one-shot containers of the machines' own image.
#   sh -s plan      looks, changes nothing: what the host has, and which privileged steps `prepare` will take; one line of JSON
#   sh -s prepare   makes the host able to run the machines; probes first, does only what is missing, verifies
#   sh -s remove    takes away what is the sandbox's own: its cgroups, in every hierarchy, and a mount that it used as the last
# Environment: IMAGE (to plan, words of which the first that the host has is taken), ENGINE (docker or podman),
# ACCESS (components/cgroups.ts), SANDBOX, CGROUP (the sandbox's cgroup directory),
# SLICE (the cgroup as a unit of the host's systemd; empty where the engine makes cgroups itself),
# NAMED_HIERARCHY (where v2-named has its hierarchy on the host)

# Twenty machines and more; the kernel's default of 128 is enough for about ten.
INOTIFY_INSTANCES=1024
# Our own directory on the host: who uses the hierarchy of v2-named, and the hierarchy.
OWN=${NAMED_HIERARCHY%/*}

# ---- What the host has

# All of it can be read by a container without any right.
probe() {
    one_shot --volume=/sys/fs/cgroup:/sys/fs/cgroup:ro "$@" "$IMAGE" /bin/sh -ec '
        echo "boot_id=$(cat /proc/sys/kernel/random/boot_id)"
        echo "inotify_instances=$(cat /proc/sys/fs/inotify/max_user_instances)"
        mounted() { grep -q " $1 .* - cgroup .*name=systemd" /proc/self/mountinfo && echo true || echo false; }
        echo "v1_hierarchy=$(mounted /sys/fs/cgroup/systemd)"
        echo "v2_hierarchy=$(mounted /named)"
        # cgroup_no_v1=named is what forbids a named hierarchy (the kernel documentation, kernel-parameters.txt).
        if ! grep -qw cgroup /proc/filesystems; then echo named_refused="the kernel has no cgroup v1"
        elif grep -q "cgroup_no_v1=[^ ]*named" /proc/cmdline; then echo named_refused="the kernel was booted with cgroup_no_v1=named"
        fi
        grep -q " - cgroup2 .*nsdelegate" /proc/self/mountinfo && echo nsdelegate=true || echo nsdelegate=false'
}

# --mount, unlike --volume, makes no directory where there is none; it fails, and that is the answer.
look() {
    facts=
    [ "$ACCESS" != v2-named ] || facts=$(probe --mount=type=bind,source="$NAMED_HIERARCHY",target=/named,readonly 2>/dev/null) || :
    [ -n "$facts" ] || facts=$(probe)
}

fact() {
    printf '%s\n' "$facts" | sed -n "s/^$1=//p"
}

# Of all that `prepare` does, only a mount takes more than container root has by default.
mount_target() {
    case $ACCESS in
        v1-parent) [ "$(fact v1_hierarchy)" = true ] || echo /sys/fs/cgroup/systemd ;;
        v2-named) [ "$(fact v2_hierarchy)" = true ] || echo "$NAMED_HIERARCHY" ;;
    esac
}

plan() {
    for candidate in $IMAGE; do
        IMAGE=$(docker image inspect --format '{{.Id}}' "$candidate" 2>/dev/null) && look && break
    done
    [ -n "${facts-}" ] || { echo null && return; }
    printf '{"bootId":"%s","inotifyInstances":%s,"nsdelegate":%s,"namedRefused":"%s","mount":"%s"}\n' \
        "$(fact boot_id)" "$(fact inotify_instances)" "$(fact nsdelegate)" "$(fact named_refused)" "$(mount_target)"
}

# ---- What a sandbox needs of it

refuse() {
    printf '%s\n' "$@" >&2
    exit 1
}

# Runs in the host's mount namespace. A container's parent process is its shim, which lives in the namespace from which the
# engine resolves binds: a mount made there is the one that machines get, whatever namespace the engine was started in.
# Its cgroup namespace is the host's: from another one the kernel lets nobody make a hierarchy (cgroup-v1.c, EPERM).
# The lock is for two stacks at once; a directory of the host that is there anyway holds it.
on_host() {
    one_shot --pid=host --cap-add=SYS_ADMIN --cap-add=SYS_CHROOT --cap-add=SYS_PTRACE --security-opt=apparmor=unconfined \
        --env=TARGET="$1" "$IMAGE" /bin/sh -c 'exec nsenter --mount="/proc/$PPID/ns/mnt" --cgroup="/proc/$PPID/ns/cgroup" /bin/sh -ec "$0"' \
        "exec 9</sys/fs/cgroup; flock 9; $2"
}

# xattr: systemd 219 marks its cgroups with extended attributes.
mount_hierarchy() {
    on_host "$1" '
        ! grep -q " $TARGET .* - cgroup .*name=systemd" /proc/self/mountinfo || exit 0
        mkdir -p "$TARGET"
        mount -t cgroup -o none,name=systemd,xattr cgroup "$TARGET" || mount -t cgroup -o none,name=systemd cgroup "$TARGET"' ||
        refuse "The name=systemd hierarchy could not be mounted at $1 on the host." \
            "The mount takes CAP_SYS_ADMIN, CAP_SYS_CHROOT and CAP_SYS_PTRACE in a one-shot container; the engine's answer is above." \
            "If it must not grant them, do it yourself: mkdir -p $1 && mount -t cgroup -o none,name=systemd,xattr cgroup $1"
}

# The kernel writes to it as its owner, so container root needs no capability; nobody takes it back, for others may rely on it.
raise_inotify_limit() {
    now=$(fact inotify_instances)
    [ "$now" -lt $INOTIFY_INSTANCES ] || return 0
    if one_shot --volume=/proc/sys/fs/inotify:/inotify "$IMAGE" /bin/sh -c "echo $INOTIFY_INSTANCES >/inotify/max_user_instances"; then
        echo "fs.inotify.max_user_instances was $now, enough for about $((now / 12)) machines: raised to $INOTIFY_INSTANCES until the next reboot."
    else
        echo "fs.inotify.max_user_instances is $now, enough for about $((now / 12)) machines, and may not be raised from here." \
            "For more: sysctl -w fs.inotify.max_user_instances=$INOTIFY_INSTANCES" >&2
    fi
}

# As long as anybody has a directory here, nobody's `remove` unmounts the hierarchy. The engine makes the place where there is none.
reserve() {
    one_shot --volume="$OWN/sandboxes:/sandboxes" "$IMAGE" mkdir -p "/sandboxes$CGROUP"
}

# The ids of the sandbox's machines that run, or of those that the filters of docker ps say.
machines() {
    docker ps --quiet --filter "label=pulumi-centos-systemd.sandbox=$SANDBOX" "$@"
}

# At a reboot the engine starts machines before there is a hierarchy, in vain: systemd ends with 255. On some it has given up.
start_again() {
    for machine in $(machines --all --filter status=exited --filter status=restarting); do
        case $(docker inspect --format='{{.HostConfig.RestartPolicy.Name}} {{.State.ExitCode}}' "$machine") in
            'always 255' | 'unless-stopped 255') docker restart --time 0 "$machine" >/dev/null ;;
        esac
    done
}

prepare() {
    # Before the look: what is mounted then, stays.
    [ "$ACCESS" != v2-named ] || reserve
    look
    target=$(mount_target)
    if [ -n "$target" ]; then
        echo "No name=systemd hierarchy at $target of the host: mounting one."
        mount_hierarchy "$target"
        look
        [ -z "$(mount_target)" ] ||
            refuse "The name=systemd hierarchy was mounted at $target of the host, but containers don't see it there."
    fi
    raise_inotify_limit
    [ "$ACCESS" != v2-named ] || start_again
    echo "The host is ready for $ACCESS."
}

# ---- What it leaves behind

# Depth first: the kernel removes a cgroup only when it has no children and no processes; the last of those may just be ending.
# DAC_OVERRIDE, because the roots of the hierarchies are read-only even for their owner.
# Podman keeps the monitor of each exec for five minutes, in a cgroup of ours: it may wait for its end in another one.
# SYS_NICE, because the cpuset hierarchy wants it of who moves a process that has more capabilities (cpuset(7), EPERM).
remove_cgroups() {
    [ "$ENGINE" != podman ] || set -- --pid=host --cap-add=SYS_NICE "$@"
    one_shot --cap-add=DAC_OVERRIDE --cgroupns=host --volume=/sys/fs/cgroup:/sys/fs/cgroup:rw --env=CGROUP="$CGROUP" "$@" \
        "$IMAGE" /bin/sh -ec '
        for hierarchy in /sys/fs/cgroup /sys/fs/cgroup/* "$0"; do
            test -d "$hierarchy$CGROUP" && ! test -L "$hierarchy" || continue
            for monitors in "$hierarchy$CGROUP"/*/conmon/cgroup.procs; do
                test -e "$monitors" || continue
                for pid in $(cat "$monitors"); do echo "$pid" >"$hierarchy/cgroup.procs" || :; done
            done
            for attempt in 1 2 3 4 5 6 7 8 9 10; do
                find "$hierarchy$CGROUP" -depth -type d -exec rmdir {} \; 2>/dev/null || :
                test -d "$hierarchy$CGROUP" || continue 2
                sleep 0.1
            done
            echo "$hierarchy$CGROUP stays: it has processes, and no machine of this engine. Another engine of that host?" >&2
        done' "/own/${NAMED_HIERARCHY##*/}"
}

# Whether the sandbox has a part of what v2-named puts on the host: its reservation, or only the directory that the engine made
# for a machine that it started before there was a hierarchy, at a reboot.
uses_named_hierarchy() {
    one_shot --mount=type=bind,source="$OWN",target=/own,readonly "$IMAGE" \
        /bin/sh -c "test -d '/own/sandboxes$CGROUP' || test -d '/own/${NAMED_HIERARCHY##*/}$CGROUP'" 2>/dev/null
}

# It goes with the last sandbox that has a reservation; below the mount lies what the engine made before it was mounted.
release_named_hierarchy() {
    on_host "$NAMED_HIERARCHY" "
        rmdir '$OWN/sandboxes$CGROUP' 2>/dev/null || :
        [ ! -d '$OWN/sandboxes' ] || rmdir '$OWN/sandboxes' 2>/dev/null || exit 0
        ! grep -q ' $NAMED_HIERARCHY .* - cgroup ' /proc/self/mountinfo || umount '$NAMED_HIERARCHY'
        find '$OWN' -xdev -delete"
}

# The hierarchy of v1-parent stays, at a place where others look for it too.
remove() {
    # The engine was only given another address, under which the machines are new already.
    [ -z "$(machines)" ] || return 0
    # A slice outlives what was in it, with those of its machines.
    [ -z "$SLICE" ] || host_systemctl stop "$SLICE"
    if uses_named_hierarchy; then
        remove_cgroups --mount=type=bind,source="$OWN",target=/own
        release_named_hierarchy
    else
        remove_cgroups
    fi
}

"$1"
