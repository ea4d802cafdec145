# shellcheck shell=bash disable=SC2154 # a part of host.sh, whose variables it reads
# Podman's Docker-compatible service, root's.

left_behind() {
  [ -n "$(ls -A "$home/data/volumes" 2>/dev/null)" ] || grep -qs '"id"' "$home/data/overlay-containers/containers.json"
}

prepare() {
  # It keeps its networks here, and they are to go with the host.
  mkdir -p "$root/etc/containers/networks"
  mount -t tmpfs tmpfs "$root/etc/containers/networks"
  [ ! -x "$root/usr/bin/crun" ] || what_crun_may >"$root/run/containers.conf"
}

# crun fails where it may not do what Podman asks it for by default: more open files than this process may have, and a limit
# of a controller that the kernel keeps on cgroup v1.
what_crun_may() {
  echo "[containers]"
  if ! ((0x$(sed -n 's/^CapEff:\s*//p' /proc/self/status) >> 24 & 1)); then # CAP_SYS_RESOURCE
    echo "default_ulimits = [\"nofile=$(ulimit -Hn)\", \"nproc=$(ulimit -Hu | sed s/unlimited/-1/)\"]"
  fi
  grep -qsw pids "$cgroup_root/cgroup.controllers" || echo "pids_limit = 0"
}

engine() {
  rm -f /run/engine/docker.sock
  [ ! -e /run/containers.conf ] || export CONTAINERS_CONF_OVERRIDE=/run/containers.conf
  # shellcheck disable=SC2086 # each flag is a word
  exec podman --root /var/lib/engine --runroot /run/containers/storage --tmpdir /run/libpod \
    --cgroup-manager cgroupfs --events-backend file $ENGINE_FLAGS system service --time 0 unix:///run/engine/docker.sock
}
