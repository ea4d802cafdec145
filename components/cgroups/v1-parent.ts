import { type Access, CgroupAccess } from "./access";
import { moveTo } from "./move";
import type { MachineCgroups } from "./parents";
import { isRemappedBySystemd } from "./remapped";
import { bind, CGROUP_ROOT, INIT } from "./settings";

/** Older ones mount a tmpfs over `/sys/fs/cgroup` themselves, which they can't without CAP_SYS_ADMIN. */
const FIRST_SYSTEMD_WITHOUT_CGROUP_TMPFS = 226;

const HIERARCHY = `${CGROUP_ROOT}/systemd`;

const ground = ({ parent }: MachineCgroups) => `${HIERARCHY}${parent.directory}`;

/** Legacy hierarchies: only the machine's own parent of the `name=systemd` hierarchy is writable. */
export const V1_PARENT: Access = {
    name: CgroupAccess.v1Parent,
    suits: (facts) =>
        facts.cgroupVersion === 1 && !isRemappedBySystemd(facts)
            ? "cgroup v1: systemd needs its part of the name=systemd hierarchy, no other"
            : undefined,
    settings: (cgroups, systemdVersion) => ({
        // By a shell: for a command that Podman knows as systemd's, it makes the whole named hierarchy writable
        // (podman-run(1), --systemd).
        command: cgroups.strange ? moveTo(ground(cgroups)) : ["/bin/sh", "-c", `exec ${INIT}`],
        cgroupParent: cgroups.parent.name,
        // The bound paths are the host's. The engine's own default is that, unless somebody configured another.
        cgroupnsMode: "host",
        // Old systemd sees a tmpfs here and mounts none; newer ones find Docker's own.
        tmpfs: systemdVersion < FIRST_SYSTEMD_WITHOUT_CGROUP_TMPFS ? { [CGROUP_ROOT]: "rw,mode=755" } : undefined,
        volumes: [
            // systemd reads the whole named hierarchy …
            bind(HIERARCHY, true),
            // … and writes its own part. The other hierarchies stay read-only, so limits hold.
            bind(ground(cgroups), false),
        ],
    }),
    writesItsLimits: false,
    ground,
    hierarchy: { at: HIERARCHY },
};
