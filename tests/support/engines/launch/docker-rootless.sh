# shellcheck shell=bash disable=SC2154 # a part of host.sh, whose variables it reads
# dockerd as a user's service, set up as its own dockerd-rootless-setuptool.sh does where systemd runs: the same cgroups, owners
# and end, made by hand.
# shellcheck source=/dev/null
. "$(dirname "$0")/launch/docker.sh"

session=user.slice/user-$ENGINE_UID.slice
manager=$session/user@$ENGINE_UID.service
unit=$manager/app.slice/docker.service
# Who logs in where no manager of the user's runs has a cgroup, but none of its own.
if [ "$ENGINE_DELEGATED" != yes ]; then unit=$session/session-1.scope; fi
# On cgroup v1 systemd delegates its own hierarchy and no other.
hierarchy=/sys/fs/cgroup
if [ "$ENGINE_CGROUP" = v1 ]; then hierarchy=/sys/fs/cgroup/systemd; fi

prepare() {
  mountpoint --quiet "$root$hierarchy" || { echo "this machine mounts no name=systemd at $hierarchy" >&2; return 1; }
  # Everybody may open it on a machine with udev; here perhaps root alone, and the node is the machine's.
  mknod --mode=666 "$root/run/tun" c 10 200
  mount --bind "$root/run/tun" "$root/dev/net/tun"
  install --directory --owner="$ENGINE_UID" --group="$ENGINE_UID" "$root/run/user/$ENGINE_UID"
  chown "$ENGINE_UID:$ENGINE_UID" "$home/run" "$home/data"
  mkdir -p "$root$hierarchy/$session"
  if [ "$ENGINE_DELEGATED" = yes ]; then
    mkdir "$root$hierarchy/$manager"
    # What systemd gives away with Delegate= (cg_set_access), and not a file more: limits stay root's.
    for file in "" /cgroup.procs /cgroup.threads /cgroup.subtree_control /tasks; do
      [ ! -e "$root$hierarchy/$manager$file" ] || chown "$ENGINE_UID:$ENGINE_UID" "$root$hierarchy/$manager$file"
    done
  else
    mkdir "$root$hierarchy/$unit"
  fi
}

as_user=(setpriv --reuid="$ENGINE_UID" --regid="$ENGINE_UID" --clear-groups)

engine() {
  rm -f /run/engine/docker.sock
  "${as_user[@]}" mkdir -p "$hierarchy/$unit"
  echo "$BASHPID" >"$hierarchy/$unit/cgroup.procs"
  # shellcheck disable=SC2086 # each flag is a word
  exec env --ignore-environment PATH="$PATH" USER=engine HOME="/run/user/$ENGINE_UID" XDG_RUNTIME_DIR="/run/user/$ENGINE_UID" \
    "${as_user[@]}" /usr/share/docker.io/contrib/dockerd-rootless.sh --host unix:///run/engine/docker.sock --data-root /var/lib/engine $ENGINE_FLAGS
}

# The unit's KillMode=mixed: once its main process has ended, nothing of it stays.
rest() {
  local pids
  while pids=$(find "$hierarchy/$unit" -name cgroup.procs -exec cat {} +) && [ -n "$pids" ]; do
    # shellcheck disable=SC2086 # each pid is a word
    kill -KILL $pids 2>/dev/null || true
    sleep 0.05
  done
}

clean() {
  rm -rf "$home/data/network"
  remove_cgroups "$session"
  # Where systemd runs (sd_booted(3)), the place for users' sessions is its own.
  [ -d /run/systemd/system ] || rmdir {/sys/fs/cgroup,"$cgroup_root"}{,/*}/user.slice 2>/dev/null || true
}
