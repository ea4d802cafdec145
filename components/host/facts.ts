/** Who answers the Docker API. */
export const EngineKind = { docker: "docker", podman: "podman" } as const;
export type EngineKind = (typeof EngineKind)[keyof typeof EngineKind];

/** Who makes the containers' cgroups. */
export const CgroupDriver = {
    /** The engine itself. */
    cgroupfs: "cgroupfs",
    /** The host's systemd. */
    systemd: "systemd",
    /** Nobody: containers stay in the cgroup of an engine that is a user's, and has no systemd to ask. */
    none: "none",
} as const;
export type CgroupDriver = (typeof CgroupDriver)[keyof typeof CgroupDriver];

/** Whether the engine can enforce each limit; where it can't, it drops the limit silently. */
export interface EnforcedLimits {
    readonly memory: boolean;
    readonly swap: boolean;
    readonly cpu: boolean;
    readonly pids: boolean;
}

/** What the Docker API says of a host: enough to choose a cgroup access on preview, before anything exists. */
export interface HostFacts {
    /** `podman` where its Docker-compatible socket answered. */
    readonly engine: EngineKind;
    /** The host's name for itself. */
    readonly hostName: string;
    /** Version of the engine, as it prints it: `28.5.2`, `20.10.24+dfsg1`. */
    readonly engineVersion: string;
    /** The newest version of Docker's API that it speaks: `1.51`. */
    readonly apiVersion: string;
    /**
     * The cgroup hierarchy that containers get: the unified one (2) or the legacy ones (1).
     * @asType integer
     */
    readonly cgroupVersion: number;
    /** Who makes the containers' cgroups: the engine itself, the host's systemd, or nobody. */
    readonly cgroupDriver: CgroupDriver;
    /**
     * The cgroup in which the engine may have others: where systemd has its slices, or what it has delegated to the user whose
     * engine it is. Empty: the root of each hierarchy.
     */
    readonly cgroupRoot: string;
    /** Where the engine keeps what containers print, unless told otherwise: `json-file`, `local`, `journald`, … */
    readonly loggingDriver: string;
    /** The engine runs without root rights. */
    readonly rootless: boolean;
    /** The engine maps container root to another user of the host (`userns-remap`). */
    readonly usernsRemap: boolean;
    /**
     * The user of the host that root of a container is: 0 but where the engine maps users, or is a user's own. Left out where it
     * can't be told.
     * @asType integer
     */
    readonly containerRoot?: number;
    readonly appArmor: boolean;
    readonly seLinux: boolean;
    readonly seccomp: boolean;
    /** The host's architecture in OCI's words: `amd64`, `arm64`. */
    readonly architecture: string;
    /** Whether the engine can enforce each limit; where it can't, it drops the limit silently. */
    readonly limits: EnforcedLimits;
    /**
     * The host's memory in bytes.
     * @asType integer
     */
    readonly memoryBytes: number;
    /**
     * How many processors the host has.
     * @asType integer
     */
    readonly processors: number;
}

/** OCI's names for what `uname -m` says (https://github.com/opencontainers/image-spec, `architecture`). */
const ARCHITECTURES: Readonly<Record<string, string>> = { x86_64: "amd64", aarch64: "arm64", armv7l: "arm" };

/** The part of `GET /version` that counts here. */
export interface VersionAnswer {
    readonly Version: string;
    readonly ApiVersion: string;
    readonly Components?: { readonly Name: string; readonly Details?: Readonly<Record<string, string>> }[];
}

/** The part of `GET /info` that counts here. */
export interface InfoAnswer {
    readonly Name: string;
    readonly Architecture: string;
    readonly CgroupDriver: string;
    readonly CgroupVersion: string;
    readonly LoggingDriver: string;
    readonly DockerRootDir: string;
    readonly SecurityOptions?: string[];
    readonly MemoryLimit: boolean;
    readonly SwapLimit: boolean;
    readonly CpuCfsQuota: boolean;
    readonly PidsLimit: boolean;
    readonly MemTotal: number;
    readonly NCPU: number;
}

/**
 * The facts in what `docker version` says of the server, and `docker info`.
 *
 * @param slices where the host's systemd has its slices, if that isn't the root: WSL has one systemd for each distribution
 */
export function parseHostFacts(version: VersionAnswer, info: InfoAnswer, slices = ""): HostFacts {
    const security = (info.SecurityOptions ?? []).flatMap((option) => option.split(","));
    const has = (name: string) => security.includes(`name=${name}`);
    const engine = version.Components?.some(({ Name }) => Name.startsWith("Podman")) ? "podman" : "docker";
    const cgroupVersion = info.CgroupVersion === "2" ? 2 : 1;
    const cgroupDriver = Object.values(CgroupDriver).find((driver) => driver === info.CgroupDriver) ?? "cgroupfs";
    const [rootless, usernsRemap] = [has("rootless"), has("userns")];
    const containerRoot = rootless ? rootlessUser(version) : usernsRemap ? remappedUser(info) : 0;
    const delegated = rootless ? delegatedCgroup(containerRoot) : "";
    // Podman looks for these among the hierarchies of cgroup v1 alone (containers/common, pkg/sysinfo). On v2 its runtime
    // fails, with the controller's name, where the kernel lacks one.
    const unsaid = engine === "podman" && cgroupVersion === 2;
    return {
        engine,
        hostName: info.Name,
        engineVersion: version.Version,
        apiVersion: version.ApiVersion,
        cgroupVersion,
        cgroupDriver,
        cgroupRoot: rootless || cgroupDriver === "systemd" ? `${slices}${delegated}` : "",
        loggingDriver: info.LoggingDriver,
        rootless,
        usernsRemap,
        containerRoot,
        appArmor: has("apparmor"),
        seLinux: has("selinux"),
        seccomp: has("seccomp"),
        architecture: ARCHITECTURES[info.Architecture] ?? info.Architecture,
        limits: {
            memory: unsaid || info.MemoryLimit,
            swap: unsaid || info.SwapLimit,
            cpu: unsaid || info.CpuCfsQuota,
            pids: info.PidsLimit,
        },
        memoryBytes: info.MemTotal,
        processors: info.NCPU,
    };
}

/** Its data lies in a directory that is named after the user and the group (dockerd(8), --userns-remap). */
function remappedUser({ DockerRootDir }: InfoAnswer): number | undefined {
    return uid(/\/(\d+)\.\d+$/.exec(DockerRootDir));
}

/** What an engine without root runs in keeps its state in the user's own runtime directory; old ones keep it in /tmp. */
function rootlessUser({ Components = [] }: VersionAnswer): number | undefined {
    const { StateDir = "" } = Components.find(({ Name }) => Name === "rootlesskit")?.Details ?? {};
    return uid(/^\/run\/user\/(\d+)\//.exec(StateDir));
}

function uid(found: RegExpExecArray | null): number | undefined {
    return found === null ? undefined : Number(found[1]);
}

/** That of the user's own systemd (user@.service(5)). */
function delegatedCgroup(user: number | undefined): string {
    return user === undefined ? "" : `/user.slice/user-${user}.slice/user@${user}.service`;
}
