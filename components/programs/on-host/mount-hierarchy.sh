# In the mount namespace of the engine's host: mounts a name=systemd hierarchy where none is.
# Environment: TARGET
# The lock is for two stacks at once; a directory of the host that is there anyway holds it.
exec 9</sys/fs/cgroup
flock 9
! grep -q " $TARGET .* - cgroup .*name=systemd" /proc/self/mountinfo || exit 0
mkdir -p "$TARGET"
# xattr: systemd 219 marks its cgroups with extended attributes.
mount -t cgroup -o none,name=systemd,xattr cgroup "$TARGET" || mount -t cgroup -o none,name=systemd cgroup "$TARGET"
