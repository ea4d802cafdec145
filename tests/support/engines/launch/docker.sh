# shellcheck shell=bash disable=SC2154 # a part of host.sh, whose variables it reads
# dockerd, root's. Where it maps users (userns-remap), its data lies a level deeper.

left_behind() {
  for data in "$home/data" "$home"/data/[0-9]*.[0-9]*; do
    [ -z "$(ls -A "$data/containers" 2>/dev/null)" ] || return 0
    if find "$data/volumes" -mindepth 1 -type d 2>/dev/null | grep -q .; then return 0; fi
  done
  return 1
}

# Of networks nothing is worth keeping: the engine makes its own three again.
clean() {
  rm -rf "$home/data/network" "$home"/data/[0-9]*.[0-9]*/network
}

engine() {
  rm -f /run/engine/docker.sock
  # shellcheck disable=SC2086 # each flag is a word
  exec dockerd --host unix:///run/engine/docker.sock --host unix:///run/docker.sock --data-root /var/lib/engine \
    --exec-opt native.cgroupdriver=cgroupfs --cgroup-parent "/engine-$name" $ENGINE_FLAGS
}
