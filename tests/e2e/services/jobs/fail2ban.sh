# shellcheck shell=sh
answer() { fail2ban-client ping | grep pong; }
eventually 30 answer
# That it is banned is what fail2ban knows of it; the packet filter is the host's, without CAP_NET_ADMIN.
fail2ban-client set sshd banip 192.0.2.1
fail2ban-client status sshd | grep 192.0.2.1
