import { type Access, CgroupAccess } from "./access";
import { INIT } from "./settings";

/** Podman mounts what systemd needs when it sees that PID 1 is `/sbin/init`. */
export const PODMAN: Access = {
    name: CgroupAccess.podman,
    suits: ({ cgroupVersion, engine }) =>
        cgroupVersion === 2 && engine === "podman"
            ? "cgroup v2: Podman prepares a namespace of its own for /sbin/init"
            : undefined,
    settings: ({ parent }) => ({
        // Below it the limits lie, and at the end nothing.
        cgroupParent: parent.name,
        // Podman mounts tmpfs and cgroups by itself when the command is /sbin/init (podman-run(1), --systemd).
        command: [INIT],
        volumes: [],
    }),
    writesItsLimits: true,
};
