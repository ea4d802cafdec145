import { delegatedCgroup, machineCgroup } from "./cgroup-parent";
import type { CgroupAccess } from "./cgroups";
import type { HostFacts } from "./facts";

/** What the machine's owner chose, with every default filled in. */
export interface MachineSettings {
    readonly sandbox: string;
    readonly machine: string;
    /** systemd's major version in the image. */
    readonly systemdVersion: number;
}

/** The part of a container that decides whether systemd boots in it, and what it could do to the host. */
export interface SystemdContainer extends CgroupSettings {
    readonly envs: string[];
    readonly stopSignal: string;
    readonly tty: boolean;
    readonly command: string[];
    readonly tmpfs: Record<string, string>;
}

/** The part of it that differs between the cgroup accesses. */
interface CgroupSettings {
    readonly cgroupParent?: string;
    readonly cgroupnsMode?: string;
    readonly command?: string[];
    /** Of the engine's default capabilities, those that would open the host with this access. */
    readonly withheldCapabilities?: string[];
    readonly securityOpts?: string[];
    readonly tmpfs?: Record<string, string>;
    readonly volumes: Bind[];
}

interface Bind {
    readonly hostPath: string;
    readonly containerPath: string;
    readonly readOnly: boolean;
}

/** `/tmp` must already be a tmpfs from this version on, else its own tmp.mount fails without CAP_SYS_ADMIN. */
const FIRST_SYSTEMD_WITH_TMP_MOUNT = 257;
/** Older ones mount a tmpfs over `/sys/fs/cgroup` themselves, which they can't without CAP_SYS_ADMIN. */
const FIRST_SYSTEMD_WITHOUT_CGROUP_TMPFS = 226;

const INIT = "/sbin/init";
const CGROUP_ROOT = "/sys/fs/cgroup";
/** Where the set-up mounts the hierarchy of `v2-named` on the host: a place of our own. */
export const NAMED_HIERARCHY = "/run/pulumi-centos-systemd/cgroup";

/** Settings that boot systemd with this access; each line is needed, and says what for. */
export function systemdContainer(
    settings: MachineSettings,
    access: CgroupAccess,
    driver: HostFacts["cgroupDriver"],
): SystemdContainer {
    const cgroups = cgroupSettings(settings, access, driver);
    return {
        command: [INIT],
        // systemd tells by it that it is in a container (systemd.io/CONTAINER_INTERFACE); 219 stops cleanly only with it.
        envs: ["container=docker"],
        // SIGTERM would only re-execute PID 1; this one means "halt" (systemd(1), SIGNALS).
        stopSignal: "SIGRTMIN+3",
        // Gives PID 1 a /dev/console: without one, an early boot failure leaves `docker logs` empty.
        tty: true,
        ...cgroups,
        tmpfs: { ...runtimeDirectories(settings.systemdVersion), ...cgroups.tmpfs },
    };
}

/** What systemd expects to be mounted already, since it may not mount it (file-hierarchy(7)). */
function runtimeDirectories(systemdVersion: number): Record<string, string> {
    return {
        // exec: Docker's default is noexec, a host's /run is not; provisioning tools unpack there.
        "/run": "rw,exec,nosuid,nodev,mode=755",
        // Debian's systemd mounts it itself otherwise, and fails.
        "/run/lock": "rw,noexec,nosuid,nodev,mode=1777",
        ...(systemdVersion >= FIRST_SYSTEMD_WITH_TMP_MOUNT && { "/tmp": "rw,exec,nosuid,nodev,mode=1777" }),
    };
}

function cgroupSettings(
    { sandbox, machine, systemdVersion }: MachineSettings,
    access: CgroupAccess,
    driver: HostFacts["cgroupDriver"],
): CgroupSettings {
    const parent = machineCgroup(sandbox, machine, driver);
    const delegated = delegatedCgroup(sandbox, machine, driver);
    switch (access) {
        case "v1-parent":
            return {
                // By a shell: for a command that Podman knows as systemd's, it makes the whole named hierarchy writable
                // (podman-run(1), --systemd).
                command: ["/bin/sh", "-c", `exec ${INIT}`],
                cgroupParent: parent.name,
                // The bound paths are the host's. The engine's own default is that, unless somebody configured another.
                cgroupnsMode: "host",
                // Old systemd sees a tmpfs here and mounts none; newer ones find Docker's own.
                tmpfs: systemdVersion < FIRST_SYSTEMD_WITHOUT_CGROUP_TMPFS ? { [CGROUP_ROOT]: "rw,mode=755" } : {},
                volumes: [
                    // systemd reads the whole named hierarchy …
                    bind(`${CGROUP_ROOT}/systemd`, true),
                    // … and writes its own part. The other hierarchies stay read-only, so limits hold.
                    bind(`${CGROUP_ROOT}/systemd${parent.directory}`, false),
                ],
            };
        case "v2-parent":
            return {
                cgroupParent: delegated.name,
                // The bound paths are the host's, so PID 1 must see the host's names for its own cgroup.
                cgroupnsMode: "host",
                // The engine's device filter hangs on the container's cgroup: in one beside it, which root in the machine can
                // make, a disk of the host would open. So nobody in there may make a node for it.
                withheldCapabilities: ["MKNOD"],
                volumes: [
                    // Without it runc remounts the host's cgroup2 and so switches nsdelegate off for the whole host.
                    bind(CGROUP_ROOT, true),
                    // Limits are set on its parent, which isn't writable from here.
                    bind(`${CGROUP_ROOT}${delegated.directory}`, false),
                ],
            };
        case "v2-writable":
            return {
                cgroupParent: parent.name,
                // Own subtree only: the host's cgroups aren't even visible.
                cgroupnsMode: "private",
                // Docker mounts the namespace's root writable: what used to take CAP_SYS_ADMIN (moby/moby#48828).
                securityOpts: ["writable-cgroups=true"],
                volumes: [],
            };
        case "v2-named":
            return {
                // The limits are there, in the hierarchies that the machine doesn't see.
                cgroupParent: parent.name,
                // systemd moves within the named hierarchy; PID 1 has to be below the parent before it looks.
                command: [
                    "/bin/sh",
                    "-c",
                    `echo 1 > ${CGROUP_ROOT}/systemd${parent.directory}/cgroup.procs && exec ${INIT}`,
                ],
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
            };
        case "podman":
            return {
                // Below it the limits lie, and at the end nothing.
                cgroupParent: parent.name,
                // Podman mounts tmpfs and cgroups by itself when the command is /sbin/init (podman-run(1), --systemd).
                command: [INIT],
                volumes: [],
            };
    }
}

function bind(path: string, readOnly: boolean): Bind {
    return { hostPath: path, containerPath: path, readOnly };
}
