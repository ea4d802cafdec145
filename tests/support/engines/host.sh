#!/usr/bin/env bash
# One container engine on a "host" of its own: private mount, PID and network namespaces over a Debian chroot.
#
#   ENGINE_…=… unshare --mount --propagation private bash host.sh NAME
#
#   ENGINE_LAUNCHER   which file of launch/ knows the engine
#   ENGINE_CGROUP     v1 or v2: what the host mounts
#   ENGINE_CHROOT     its root file system; shared, so nothing of it is changed but for mount points
#   ENGINE_HOME       a directory that keeps its socket, its log, its data and its lock
#   ENGINE_POOL       its uplink is 10.<pool>.0.0/30
#   ENGINE_DISK       size of a disk in memory that it has for its data, in tmpfs(5)'s words; empty for the one at home
#   ENGINE_PROGRAMS   a directory of programs that the engine takes before the chroot's
#   ENGINE_UID        a user of the host called `engine`, with subordinate ids
#   ENGINE_DELEGATED  `yes` where that user owns the cgroups of its session
#   ENGINE_FLAGS      more words for the engine's command
#
# Words on stdin: `start`, `TERM` and `KILL` (the engine, not the host). Lines on stdout: `waiting`, `host PID`, `exited`.
# End of stdin ends the host. So nothing outlives the caller, however it ends: its pipe closes, PID 1 here leaves, and the
# kernel kills everything in the PID namespace and drops mounts and networks; the rest (cgroups, three rules) is swept.
#
# The network is its own because engines quarrel over one: each rewrites the firewall's chains as it starts, and a second
# start with --default-address-pool deletes docker0, whoever it belongs to (moby, initNetworkController).
set -Eeuo pipefail
# Whatever ends this script says so: its last words are all that a skipped test can show.
trap 'echo "host.sh, line $LINENO: exit code $? from: $BASH_COMMAND" >&2' ERR
name=$1 home=$ENGINE_HOME uplink=10.$ENGINE_POOL.0
root=$home/root
cgroup_root=$root/sys/fs/cgroup
link=pcs-$ENGINE_POOL # names of links are short

# What a launcher must say: `engine` becomes the engine; `left_behind` is true where its data has more than images.
# What it may: `prepare` adds to the host's files; `rest` ends what the engine must not leave; `clean` is part of `sweep`.
prepare() { :; }
rest() { :; }
clean() { :; }
# shellcheck source=/dev/null
. "$(dirname "$0")/launch/$ENGINE_LAUNCHER.sh"

prepare_root() {
  # The default engine's own mounts were copied into this namespace: holding them would keep its containers' layers busy.
  findmnt --noheadings --raw --output TARGET | grep -E '^(/var)?/(run|lib)/(docker|containers?|containerd)(/|$)' | tac |
    while read -r target; do umount --lazy "$target"; done || true
  mkdir -p "$root" "$home/run" "$home/data"
  mount --bind "$ENGINE_CHROOT" "$root"
  nsenter --net="$home/net" mount -t sysfs sysfs "$root/sys" # a sysfs shows the network it was mounted in
  if [ "$ENGINE_CGROUP" = v2 ]; then
    # The flags of cgroup2 are the machine's, not the mount's: another set here would switch nsdelegate for everybody.
    mount -t cgroup2 -o "${cgroup2_flags:-rw}" cgroup2 "$cgroup_root"
  else
    mount --rbind /sys/fs/cgroup "$cgroup_root"
  fi
  mount --rbind /dev "$root/dev"
  mount -t tmpfs -o mode=0755 tmpfs "$root/run"
  mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"
  mkdir -p "$root/run/engine" "$root/run/programs" "$root/var/lib/engine"
  mount --bind "$home/run" "$root/run/engine"
  if [ -n "$ENGINE_DISK" ]; then
    mount -t tmpfs -o "size=$ENGINE_DISK" tmpfs "$root/var/lib/engine"
  else
    mount --bind "$home/data" "$root/var/lib/engine"
  fi
  [ -z "$ENGINE_PROGRAMS" ] || mount --bind "$ENGINE_PROGRAMS" "$root/run/programs"
  touch "$root/etc/resolv.conf"
  mount --bind /etc/resolv.conf "$root/etc/resolv.conf"
}

# The chroot is every host's: this one's user is in copies of its files.
prepare_user() {
  mkdir -p "$root/run/accounts"
  cp "$root"/etc/{passwd,group} "$root/run/accounts"
  echo "engine:x:$ENGINE_UID:$ENGINE_UID::/run/user/$ENGINE_UID:/bin/sh" >>"$root/run/accounts/passwd"
  echo "engine:x:$ENGINE_UID:" >>"$root/run/accounts/group"
  echo "engine:300000:65536" | tee "$root/run/accounts/subuid" >"$root/run/accounts/subgid"
  for file in passwd group subuid subgid; do
    touch "$root/etc/$file"
    mount --bind "$root/run/accounts/$file" "$root/etc/$file"
  done
}

# The way out, for builds that install packages. It must also work where Docker has set the policy of FORWARD to DROP.
uplink_rules() {
  command -v iptables >/dev/null || return 0
  for rule in "FORWARD -s $uplink.2 -j ACCEPT" "FORWARD -d $uplink.2 -j ACCEPT" "POSTROUTING -t nat -s $uplink.2 -j MASQUERADE"; do
    # shellcheck disable=SC2086 # each word of a rule is a word
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
  if [ "$ENGINE_CGROUP" = v2 ]; then depth=1; fi
  find "$cgroup_root" -mindepth $depth -maxdepth $depth -type d -printf '%f\n' | sort -u
}

# In every hierarchy, children first.
remove_cgroups() {
  for path in "$@"; do
    for tree in {/sys/fs/cgroup,"$cgroup_root"}{,/*}/"$path"; do
      [ ! -d "$tree" ] || find "$tree" -depth -type d -exec rmdir {} \; 2>/dev/null || true
    done
  done
}

# Everything of this host that the kernel doesn't drop by itself. Also run before the start: the last run may have been killed.
sweep() {
  ip link del "$link" 2>/dev/null || true
  uplink_rules remove
  clean
  # What a killed run left would come back with the engine: better a fresh data root. A clean one keeps its images.
  if left_behind; then rm -rf --one-file-system "$home/data"; fi
}

# The end of the host, wherever it has got to.
finish() {
  local target made
  if [ -n "${before+known}" ]; then
    mapfile -t made < <(grep -vxF -f <(echo "$before") "$home/run/cgroups")
    remove_cgroups "engine-$name" "${made[@]}"
  fi
  sweep
  target=$(findmnt --noheadings --types cgroup2 --output TARGET --first-only || true)
  if [ -n "$target" ] && [ "$cgroup2_flags" != "$(findmnt --noheadings --output FS-OPTIONS "$target")" ]; then
    echo "the flags of cgroup2 were changed: back to $cgroup2_flags" >&2
    mount -o "remount,$cgroup2_flags" "$target"
  fi
}

# PID 1 of the host: it obeys stdin, reaps (bash does), and takes everything with it when it ends.
pid_1() {
  local pid _
  read -r pid _ </proc/self/stat # still the machine's /proc: our PID as the caller sees it
  mount -t proc proc "$root/proc"
  cd "$root"
  pivot_root . mnt
  umount --lazy /mnt
  export PATH=/run/programs:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root
  echo "host $pid"
  local word
  while read -r word; do
    case $word in
      start) { (echo "$BASHPID" >/run/engine.pid && engine) </dev/null >>/run/engine/log 2>&1 || true; rest; echo exited; } & ;;
      TERM | KILL) note_cgroups && kill "-$word" "$(cat /run/engine.pid)" ;;
    esac
  done
  note_cgroups
}

# Which cgroup trees processes of this host live in: only those are swept afterwards, the machine has others. Where users'
# sessions are is everybody's.
note_cgroups() {
  sed -n 's,^[0-9]*:[^:]*:/\([^/]\+\).*,\1,p' /proc/[0-9]*/cgroup 2>/dev/null | grep -vx user.slice | sort -u >>/run/engine/cgroups || true
}

if [ "${2-}" = pid-1 ]; then pid_1; exit; fi

mkdir -p "$home"
exec 9>"$home/lock"
flock --nonblock 9 || { echo waiting; flock --timeout 900 9 || { echo "another run has held $home/lock for 15 minutes" >&2; exit 1; }; }
cgroup2_flags=$(findmnt --noheadings --types cgroup2 --output FS-OPTIONS --first-only || true)
sweep
trap finish EXIT
prepare_network
prepare_root
[ -z "$ENGINE_UID" ] || prepare_user
: >"$home/run/cgroups"
before=$(top_cgroups)
prepare
nsenter --net="$home/net" unshare --mount --pid --fork --kill-child bash "$0" "$name" pid-1 9>&- || true
