/** The part of a container's settings that differs between the cgroup accesses. */
export interface CgroupSettings {
    readonly cgroupParent: string;
    /** The engine's own choice where it isn't said. */
    readonly cgroupnsMode?: string;
    /** What runs as PID 1, and becomes systemd. */
    readonly command: readonly string[];
    readonly securityOpts?: readonly string[];
    /** Path → mount options. */
    readonly tmpfs?: Readonly<Record<string, string>>;
    readonly volumes: readonly Bind[];
}

/** A path of the host that the machine sees. */
export interface Bind {
    readonly hostPath: string;
    readonly containerPath: string;
    readonly readOnly: boolean;
}

export const INIT = "/sbin/init";
export const CGROUP_ROOT = "/sys/fs/cgroup";

/** The same path in the machine as on the host. */
export function bind(path: string, readOnly: boolean): Bind {
    return { hostPath: path, containerPath: path, readOnly };
}
