import type { HostFacts } from "../host/facts";

/**
 * The engine maps users, and has its cgroups from the host's systemd: no cgroup that systemd makes is given away behind its
 * back. Its runtime does that by itself, on the unified hierarchy (runc, OwnerUID of a scope).
 */
export function isRemappedBySystemd({ cgroupDriver, usernsRemap }: HostFacts): boolean {
    return usernsRemap && cgroupDriver === "systemd";
}
