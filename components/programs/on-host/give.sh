# In a container that may write cgroups: gives those of machines to the user that their root is. As much as systemd gives away
# with Delegate= (cg_set_access), and not a file more: limits stay the host's.
# Environment: CGROUPS (one a line), OWNER
printf '%s\n' "$CGROUPS" | while read -r cgroup; do
    mkdir -p "$cgroup"
    for file in "$cgroup" "$cgroup"/cgroup.procs "$cgroup"/cgroup.threads "$cgroup"/cgroup.subtree_control "$cgroup"/tasks; do
        [ ! -e "$file" ] || chown "$OWNER" "$file"
    done
done
