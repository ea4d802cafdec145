# Goes before setup.sh and limits.sh: how they reach the host through the Docker API alone.
# Environment: IMAGE (the machines' own image)
set -eu

# No network, no capability, nothing left behind; each use adds just what its step needs.
# label=disable: SELinux lets no container touch cgroups otherwise. It is harmless where there is no SELinux.
one_shot() {
    docker run --rm --network=none --log-driver=none --read-only --cap-drop=ALL --security-opt=no-new-privileges \
        --security-opt=label=disable "$@"
}

# The socket of the host's systemd takes orders of root in its own PID namespace; that needs no capability.
host_systemctl() {
    one_shot --pid=host --volume=/run/systemd:/run/systemd:ro "$IMAGE" systemctl "$@"
}
