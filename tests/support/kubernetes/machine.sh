#!/usr/bin/env bash
# One machine of the cluster, in namespaces of its own that cluster.sh has made: its root file system, and then its role.
#
#   CLUSTER_…=… bash machine.sh NAME ROLE
set -Eeuo pipefail
trap 'echo "machine.sh, line $LINENO: exit code $? from: $BASH_COMMAND" >&2' ERR
name=$1 role=$2 run=$CLUSTER_HOME/run
root=$run/$name/root

mount -t overlay overlay -o "lowerdir=$CLUSTER_CHROOT,upperdir=$run/$name/upper,workdir=$run/$name/work" "$root"
mount -t proc proc "$root/proc"
mount -t sysfs sysfs "$root/sys"
mount -t cgroup2 cgroup2 "$root/sys/fs/cgroup"
mount --rbind /dev "$root/dev"
mount -t tmpfs -o mode=0755 tmpfs "$root/run"
mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"
# Not in the overlay: containerd's images are overlays themselves, and volumes of Pods in user namespaces are idmapped mounts,
# which an overlay can't be the source of.
mount --bind "$run/$name/lib" "$root/var/lib"
mkdir -p "$root"/{opt/programs,opt/cluster,var/log/cluster,run/lock,run/networks}
mount --bind "$CLUSTER_PROGRAMS" "$root/opt/programs"
mount --bind "$(dirname "$0")/roles" "$root/opt/cluster"
mount --bind "$CLUSTER_HOME/logs/$name" "$root/var/log/cluster"
if [ "$role" = control-plane ]; then
  touch "$root/run/networks/host"
  mount --bind "$run/networks/host" "$root/run/networks/host"
fi

cd "$root"
pivot_root . mnt
umount --lazy /mnt
# What the kubelet mounts is seen in the containers that are told so.
mount --make-rshared /
hostname "$name"
export PATH=/opt/programs:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root
# Processes in the root of a cgroup namespace would keep it from having children with controllers.
mkdir /sys/fs/cgroup/daemons
echo $$ >/sys/fs/cgroup/daemons/cgroup.procs

# Starts a server, which runs as long as the machine.
serve() {
  local log=/var/log/cluster/$1.log
  "${@:2}" </dev/null >"$log" 2>&1 || echo "$1 ended with exit code $?: $(tail -n 1 "$log")" &
}

# shellcheck source=/dev/null
. "/opt/cluster/$role.sh"
wait
