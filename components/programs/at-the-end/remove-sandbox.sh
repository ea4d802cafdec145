# Takes away what a sandbox has on its host beside containers and the like: its cgroups, in every hierarchy, and a mount that it
# used as the last. It stands in the state as it is, so that `pulumi destroy` needs nothing else.
# Environment: IMAGE, ENGINE, SANDBOX, LABEL, ONE_SHOT, OWN, CGROUP, SLICE, MANAGER, RUNTIME, HIERARCHY, RESERVATIONS
set -eu

# The engine was only given another address, under which the machines are new already.
running=$(docker ps --quiet --filter "label=$LABEL$SANDBOX")
[ -z "$running" ] || exit 0

# What a `pulumi` that was killed has left and no state knows: containers that were never started.
for mark in "$ONE_SHOT" $OWN; do
    left=$(docker ps --all --quiet --filter "label=$mark" --filter status=created)
    # shellcheck disable=SC2086 # each id is a word
    [ -z "$left" ] || docker rm --force --volumes $left >/dev/null
done

# userns=host: an engine that maps users gives root of the host, whose the cgroups are, nowhere else.
run() {
    docker run --rm --network=none --log-driver=none --read-only --cap-drop=ALL --security-opt=no-new-privileges \
        --security-opt=label=disable --userns=host --label="$ONE_SHOT" --env=CGROUP="$CGROUP" --env=HIERARCHY="$HIERARCHY" \
        --env=RESERVATIONS="$RESERVATIONS" "$@"
}
# The machines' own image lends its shell; where it is gone, whatever image is there and has one.
lender=$IMAGE
docker image inspect --format='{{.Id}}' "$lender" >/dev/null 2>&1 || {
    images=$(docker image ls --quiet --no-trunc)
    lender=
    for other in $images; do
        ! run "$other" /bin/sh -c : 2>/dev/null || { lender=$other && break; }
    done
}
[ -n "$lender" ] || { echo "No image on the host can lend a shell: the cgroups $CGROUP stay until its next boot." >&2; exit 0; }

# A slice outlives what was in it, with those of its machines; and their limits outlive them.
# shellcheck disable=SC2016 # for the shell in there
[ -z "$SLICE" ] || run --pid=host --volume="$RUNTIME/systemd:$RUNTIME/systemd:ro" --env=XDG_RUNTIME_DIR="$RUNTIME" "$lender" \
    /bin/sh -uc '
        systemctl "$0" stop "$1"
        for limits in "$XDG_RUNTIME_DIR"/systemd/*.control/"${1%.slice}"-*.slice.d; do
            unit=${limits##*/}
            ! test -d "$limits" || systemctl "$0" revert "${unit%.d}"
        done' "$MANAGER" "$SLICE" || :

# Depth first: the kernel removes a cgroup only when it has no children and no processes; the last of those may just be ending.
# DAC_OVERRIDE, because the roots of the hierarchies are read-only even for their owner.
set -- --cap-add=DAC_OVERRIDE --cgroupns=host --volume=/sys/fs/cgroup:/sys/fs/cgroup:rw
# Podman keeps the monitor of each exec for five minutes, in a cgroup of ours: it may wait for its end in another one.
# SYS_NICE, because the cpuset hierarchy wants it of who moves a process that has more capabilities (cpuset(7), EPERM).
[ "$ENGINE" != podman ] || set -- "$@" --pid=host --cap-add=SYS_NICE
[ -z "$RESERVATIONS" ] || set -- "$@" --volume="${RESERVATIONS%/*}:/own"
# shellcheck disable=SC2016 # for the shell in there
run "$@" "$lender" /bin/sh -uc '
    for hierarchy in /sys/fs/cgroup /sys/fs/cgroup/* "/own/${HIERARCHY##*/}"; do
        test -d "$hierarchy$CGROUP" && ! test -L "$hierarchy" || continue
        for monitors in "$hierarchy$CGROUP"/*/conmon/cgroup.procs; do
            test -e "$monitors" || continue
            while read -r pid; do echo "$pid" >"$hierarchy/cgroup.procs" || :; done <"$monitors"
        done
        for attempt in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
            find "$hierarchy$CGROUP" -depth -type d -delete 2>/dev/null || :
            test -d "$hierarchy$CGROUP" || continue 2
            sleep 0.1
        done
        echo "$hierarchy$CGROUP stays: it has processes, and no machine of this engine. Another engine of that host?" >&2
    done'
[ -n "$RESERVATIONS" ] || exit 0

# A hierarchy of ours goes with the last sandbox that has a reservation; below the mount lies what the engine made before it was
# mounted. In the mount namespace of the host, which a container is started from: its parent process lives there.
# shellcheck disable=SC2016 # for the shells in there
run --pid=host --cap-add=SYS_ADMIN --cap-add=SYS_CHROOT --cap-add=SYS_PTRACE --security-opt=apparmor=unconfined "$lender" \
    /bin/sh -c 'exec nsenter --mount="/proc/$PPID/ns/mnt" --cgroup="/proc/$PPID/ns/cgroup" /bin/sh -ec "$0"' '
    exec 9</sys/fs/cgroup
    flock 9
    rmdir "$RESERVATIONS$CGROUP" 2>/dev/null || :
    [ ! -d "$RESERVATIONS" ] || rmdir "$RESERVATIONS" 2>/dev/null || exit 0
    ! grep -q " $HIERARCHY .* - cgroup " /proc/self/mountinfo || umount "$HIERARCHY"
    [ ! -d "${RESERVATIONS%/*}" ] || find "${RESERVATIONS%/*}" -xdev -delete'
