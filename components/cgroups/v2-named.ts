import { type Access, CgroupAccess } from "./access";
import { CGROUP_ROOT, INIT } from "./settings";
import { FIRST_SYSTEMD_WITH_CGROUP_V2 } from "./unified";

/** A place of our own on the host. */
const OWN_DIRECTORY = "/run/pulumi-centos-systemd";
/** Where the set-up mounts the hierarchy. */
export const NAMED_HIERARCHY = `${OWN_DIRECTORY}/cgroup`;

/** A systemd too old for the unified hierarchy gets a `name=systemd` hierarchy of its own beside it. */
export const V2_NAMED: Access = {
    name: CgroupAccess.v2Named,
    suits: ({ cgroupVersion, engine, rootless, usernsRemap }, systemdVersion) => {
        // Only root of the host may make hierarchies, and give them away.
        if (cgroupVersion !== 2 || engine !== "docker" || rootless || usernsRemap) {
            return undefined;
        }
        const reason = "a name=systemd hierarchy of our own, beside the unified one";
        return systemdVersion < FIRST_SYSTEMD_WITH_CGROUP_V2
            ? `systemd ${systemdVersion} cannot use cgroup v2: ${reason}`
            : reason;
    },
    settings: ({ parent }) => ({
        // The limits are there, in the hierarchies that the machine doesn't see.
        cgroupParent: parent.name,
        // systemd moves within the named hierarchy; PID 1 has to be below the parent before it looks.
        command: ["/bin/sh", "-c", `echo 1 > ${CGROUP_ROOT}/systemd${parent.directory}/cgroup.procs && exec ${INIT}`],
        // A tmpfs here makes systemd choose the legacy layout: it looks at the file system's type.
        tmpfs: { [CGROUP_ROOT]: "rw,mode=755" },
        volumes: [
            { hostPath: NAMED_HIERARCHY, containerPath: `${CGROUP_ROOT}/systemd`, readOnly: true },
            {
                hostPath: `${NAMED_HIERARCHY}${parent.directory}`,
                containerPath: `${CGROUP_ROOT}/systemd${parent.directory}`,
                readOnly: false,
            },
        ],
    }),
    writesItsLimits: false,
    hierarchy: { at: NAMED_HIERARCHY, reservations: `${OWN_DIRECTORY}/sandboxes` },
};
