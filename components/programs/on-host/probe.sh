# In a container without any right: what the host's kernel says, as name=value.
# Environment: HIERARCHY (where a name=systemd hierarchy would have to be, as seen from in here; empty where none is needed),
# DELEGATED (a cgroup that the engine's user would have to own; empty where the engine is root's)
echo "bootId=$(cat /proc/sys/kernel/random/boot_id)"
echo "inotifyInstances=$(cat /proc/sys/fs/inotify/max_user_instances)"
grep -q " - cgroup2 .*nsdelegate" /proc/self/mountinfo && echo nsdelegate=true || echo nsdelegate=false
[ -z "$HIERARCHY" ] || ! grep -q " $HIERARCHY .* - cgroup .*name=systemd" /proc/self/mountinfo || echo hierarchy=true
# cgroup_no_v1=named is what forbids a named hierarchy (the kernel documentation, kernel-parameters.txt).
if ! grep -qw cgroup /proc/filesystems; then
    echo "namedRefused=the kernel has no cgroup v1"
elif grep -q "cgroup_no_v1=[^ ]*named" /proc/cmdline; then
    echo "namedRefused=the kernel was booted with cgroup_no_v1=named"
fi
# A process may go from one cgroup to another only in what is its user's: this one has to be in there already.
tree=/sys/fs/cgroup own=0:
[ -e "$tree/cgroup.controllers" ] || tree=$tree/systemd own='[0-9]*:name=systemd'
if [ -n "$DELEGATED" ] && grep -q "^$own:$DELEGATED/" /proc/self/cgroup && [ "$(stat -c %u "$tree$DELEGATED")" = 0 ]; then
    echo delegated=true
fi
