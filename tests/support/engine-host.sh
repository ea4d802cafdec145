#!/usr/bin/env bash
# One container engine on a "host" of its own: private mount, PID and network namespaces over a Debian chroot.
#
#   unshare --mount --propagation private bash engine-host.sh NAME docker|podman v1|v2 CHROOT HOME POOL
#
# Words on stdin: `start`, `TERM` and `KILL` (the engine, not the host). Lines on stdout: `waiting`, `host PID`, `exited`.
# End of stdin ends the host. So nothing outlives the caller, however it ends: its pipe closes, PID 1 here leaves, and the
# kernel kills everything in the PID namespace and drops mounts and networks; the rest (cgroups, three rules) is swept.
#
# The network is its own because engines quarrel over one: each rewrites the firewall's chains as it starts, and a second
# start with --default-address-pool deletes docker0, whoever it belongs to (moby, initNetworkController).
set -Eeuo pipefail
# Whatever ends this script says so: its last words are all that a skipped test can show.
trap 'echo "engine-host.sh, line $LINENO: exit code $? from: $BASH_COMMAND" >&2' ERR
name=$1 kind=$2 cgroup=$3 chroot=$4 home=$5 uplink=10.$6.0
root=$home/root
cgroup_root=$root/sys/fs/cgroup
link=pcs-$name

prepare_root() {
  # The default engine's own mounts were copied into this namespace: holding them would keep its containers' layers busy.
  findmnt --noheadings --raw --output TARGET | grep -E '^(/var)?/(run|lib)/(docker|containers?|containerd)(/|$)' | tac |
    while read -r target; do umount --lazy "$target"; done || true
  mkdir -p "$root" "$home/run" "$home/data"
  mount --bind "$chroot" "$root"
  nsenter --net="$home/net" mount -t sysfs sysfs "$root/sys" # a sysfs shows the network it was mounted in
  if [ "$cgroup" = v2 ]; then
    # The flags of cgroup2 are the machine's, not the mount's: another set here would switch nsdelegate for everybody.
    mount -t cgroup2 -o "${cgroup2_flags:-rw}" cgroup2 "$cgroup_root"
  else
    mount --rbind /sys/fs/cgroup "$cgroup_root"
  fi
  mount --rbind /dev "$root/dev"
  mount -t tmpfs -o mode=0755 tmpfs "$root/run"
  mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"
  mkdir -p "$root/run/engine" "$root/var/lib/engine"
  mount --bind "$home/run" "$root/run/engine"
  mount --bind "$home/data" "$root/var/lib/engine"
  touch "$root/etc/resolv.conf"
  mount --bind /etc/resolv.conf "$root/etc/resolv.conf"
  if [ "$kind" = podman ]; then # it keeps its networks here, and they are to go with the host
    mkdir -p "$root/etc/containers/networks"
    mount -t tmpfs tmpfs "$root/etc/containers/networks"
  fi
}

# The way out, for builds that install packages. It must also work where Docker has set the policy of FORWARD to DROP.
uplink_rules() {
  command -v iptables >/dev/null || return 0
  for rule in "FORWARD -s $uplink.2 -j ACCEPT" "FORWARD -d $uplink.2 -j ACCEPT" "POSTROUTING -t nat -s $uplink.2 -j MASQUERADE"; do
    case $1 in
      add) iptables -w -I $rule ;;
      remove) while iptables -w -D $rule 2>/dev/null; do :; done ;;
    esac
  done
}

prepare_network() {
  touch "$home/net"
  unshare --net="$home/net" ip link set lo up
  ip link add name "$link" type veth peer name eth0 netns "$home/net"
  ip addr add "$uplink.1/30" dev "$link"
  ip link set "$link" up
  nsenter --net="$home/net" sh -c "ip addr add $uplink.2/30 dev eth0; ip link set eth0 up; ip route add default via $uplink.1"
  uplink_rules add
}

# None is an answer too: the unified hierarchy of a machine just booted has no children.
top_cgroups() {
  local depth=2
  if [ "$cgroup" = v2 ]; then depth=1; fi
  find "$cgroup_root" -mindepth $depth -maxdepth $depth -type d -printf '%f\n' | sort -u
}

remove_cgroups() {
  for top in "$@"; do
    for tree in "$cgroup_root/$top" "$cgroup_root"/*/"$top"; do
      [ ! -d "$tree" ] || find "$tree" -depth -type d -exec rmdir {} \; 2>/dev/null || true
    done
  done
}

# What a killed run left would come back with the engine: better a fresh data root. A clean one keeps its images.
left_behind() {
  case $kind in
    docker) [ -n "$(ls -A "$home/data/containers" 2>/dev/null)" ] || find "$home/data/volumes" -mindepth 1 -type d 2>/dev/null | grep -q . ;;
    podman) [ -n "$(ls -A "$home/data/volumes" 2>/dev/null)" ] || grep -qs '"id"' "$home/data/overlay-containers/containers.json" ;;
  esac
}

# Everything of this host that the kernel doesn't drop by itself. Also run before the start: the last run may have been killed.
sweep() {
  ip link del "$link" 2>/dev/null || true
  uplink_rules remove
  if left_behind; then rm -rf --one-file-system "$home/data"; fi
  rm -rf "$home/data/network" # of networks nothing is worth keeping: the engine makes its own three again
}

engine() {
  rm -f /run/engine/docker.sock
  case $kind in
    docker)
      exec dockerd --host unix:///run/engine/docker.sock --host unix:///run/docker.sock --data-root /var/lib/engine \
        --exec-opt native.cgroupdriver=cgroupfs --cgroup-parent "/engine-$name"
      ;;
    podman)
      exec podman --root /var/lib/engine --runroot /run/containers/storage --tmpdir /run/libpod \
        --cgroup-manager cgroupfs --events-backend file system service --time 0 unix:///run/engine/docker.sock
      ;;
  esac
}

# PID 1 of the host: it obeys stdin, reaps (bash does), and takes everything with it when it ends.
pid_1() {
  local pid _
  read -r pid _ </proc/self/stat # still the machine's /proc: our PID as the caller sees it
  mount -t proc proc "$root/proc"
  cd "$root"
  pivot_root . mnt
  umount --lazy /mnt
  export PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root
  echo "host $pid"
  local word
  while read -r word; do
    case $word in
      start) { (echo "$BASHPID" >/run/engine.pid && engine) </dev/null >>/run/engine/log 2>&1 || true; echo exited; } & ;;
      TERM | KILL) note_cgroups && kill "-$word" "$(cat /run/engine.pid)" ;;
    esac
  done
  note_cgroups
}

# Which cgroup trees processes of this host live in: only those are swept afterwards, the machine has others.
note_cgroups() {
  sed -n 's,^[0-9]*:[^:]*:/\([^/]\+\).*,\1,p' /proc/[0-9]*/cgroup 2>/dev/null | sort -u >>/run/engine/cgroups || true
}

if [ "${7-}" = pid-1 ]; then pid_1; exit; fi

mkdir -p "$home"
exec 9>"$home/lock"
flock --nonblock 9 || { echo waiting; flock --timeout 900 9 || { echo "another run has held $home/lock for 15 minutes" >&2; exit 1; }; }
cgroup2_flags=$(findmnt --noheadings --types cgroup2 --output FS-OPTIONS --first-only || true)
sweep
prepare_network
prepare_root
: >"$home/run/cgroups"
before=$(top_cgroups)
nsenter --net="$home/net" unshare --mount --pid --fork --kill-child bash "$0" "$name" "$kind" "$cgroup" "$chroot" "$home" "$6" pid-1 9>&- || true
remove_cgroups "engine-$name" $(grep -vxF -f <(echo "$before") "$home/run/cgroups" || true)
sweep
target=$(findmnt --noheadings --types cgroup2 --output TARGET --first-only || true)
if [ -n "$target" ] && [ "$cgroup2_flags" != "$(findmnt --noheadings --output FS-OPTIONS "$target")" ]; then
  echo "the flags of cgroup2 were changed: back to $cgroup2_flags" >&2
  mount -o "remount,$cgroup2_flags" "$target"
fi
