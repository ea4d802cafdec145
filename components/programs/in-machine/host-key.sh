# Runs inside the machine: waits until its sshd listens, and prints the public half of its host key.
set -eu

# Port 22 in state "listen" (proc(5), /proc/net/tcp).
until grep -qs ':0016 [0-9A-F]*:0000 0A' /proc/net/tcp /proc/net/tcp6; do
    systemctl is-active --quiet machine-sshd.service || {
        echo "machine-sshd.service is not active:" >&2
        journalctl --no-pager --quiet --boot --unit=machine-sshd.service --lines=15 >&2
        exit 3
    }
    sleep 0.05
done
cat /etc/ssh/machine_ed25519_key.pub
