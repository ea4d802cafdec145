import { type Access, CgroupAccess } from "./access";
import { moveTo } from "./move";
import type { MachineCgroups } from "./parents";
import { isRemappedBySystemd } from "./remapped";
import { bind, CGROUP_ROOT, INIT } from "./settings";
import { hasUnifiedHierarchy } from "./unified";

const ground = ({ delegated }: MachineCgroups) => `${CGROUP_ROOT}${delegated.directory}`;

/** Unified hierarchy: only the machine's own parent is writable. */
export const V2_PARENT: Access = {
    name: CgroupAccess.v2Parent,
    suits: (facts, systemdVersion) =>
        hasUnifiedHierarchy(facts, systemdVersion) && facts.engine === "docker" && !isRemappedBySystemd(facts)
            ? "cgroup v2: only the machine's own parent is writable"
            : undefined,
    settings: (cgroups) => ({
        command: cgroups.strange ? moveTo(ground(cgroups)) : [INIT],
        cgroupParent: cgroups.delegated.name,
        // The bound paths are the host's, so PID 1 must see the host's names for its own cgroup.
        cgroupnsMode: "host",
        volumes: [
            // Without it runc remounts the host's cgroup2 and so switches nsdelegate off for the whole host.
            bind(CGROUP_ROOT, true),
            // Limits are set on its parent, which isn't writable from here.
            bind(ground(cgroups), false),
        ],
    }),
    writesItsLimits: true,
    ground,
};
