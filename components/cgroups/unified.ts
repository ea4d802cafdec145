import type { HostFacts } from "../host/facts";

/** The first systemd that runs on the unified hierarchy as containers see it (systemd NEWS, 232 and 233). */
export const FIRST_SYSTEMD_WITH_CGROUP_V2 = 233;

/** Whether the host has the unified hierarchy, and that systemd can use it. */
export function hasUnifiedHierarchy({ cgroupVersion }: HostFacts, systemdVersion: number): boolean {
    return cgroupVersion === 2 && systemdVersion >= FIRST_SYSTEMD_WITH_CGROUP_V2;
}
