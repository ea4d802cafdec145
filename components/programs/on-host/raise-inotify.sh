# In a container that has the host's /proc/sys/fs/inotify at /inotify. The kernel writes to it as its owner, so container
# root needs no capability; nobody takes it back, for others may rely on it.
# Environment: INSTANCES
echo "$INSTANCES" >/inotify/max_user_instances
