import { type Access, CgroupAccess } from "./access";
import { isRemappedBySystemd } from "./remapped";
import { INIT } from "./settings";
import { hasUnifiedHierarchy } from "./unified";

/** Unified hierarchy, an engine that maps users, and a host's systemd that gives them their cgroups. */
export const V2_USERNS: Access = {
    name: CgroupAccess.v2Userns,
    suits: (facts, systemdVersion) =>
        hasUnifiedHierarchy(facts, systemdVersion) && facts.engine === "docker" && isRemappedBySystemd(facts)
            ? "cgroup v2 and an engine that maps users: the machine's own cgroup is its root's, and the host's tree stays invisible"
            : undefined,
    settings: ({ parent }) => ({
        command: [INIT],
        cgroupParent: parent.name,
        // Docker mounts the namespace's root writable where it maps users, and runc 1.1 and newer gives root of the machine
        // what it needs of the cgroup, no limit among it (opencontainers/runc#3057).
        cgroupnsMode: "private",
        volumes: [],
    }),
    writesItsLimits: true,
};
