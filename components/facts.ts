import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { type Engine, USUAL_ENGINE } from "./engine";

/** What the Docker API says of a host: enough to choose a cgroup access on preview, before anything exists. */
export interface HostFacts {
    /** `podman` where its Docker-compatible socket answered. */
    readonly engine: "docker" | "podman";
    /** The host's name for itself. */
    readonly hostName: string;
    /** Version of the engine, as it prints it: `28.5.2`, `20.10.24+dfsg1`. */
    readonly engineVersion: string;
    /** The cgroup hierarchy that containers get: the unified one (2) or the legacy ones (1). */
    readonly cgroupVersion: 1 | 2;
    /** Who makes the containers' cgroups: the engine itself, or the host's systemd. */
    readonly cgroupDriver: "cgroupfs" | "systemd";
    /** The engine runs without root rights. */
    readonly rootless: boolean;
    /** The engine maps container root to another user of the host (`userns-remap`). */
    readonly usernsRemap: boolean;
    readonly appArmor: boolean;
    readonly seLinux: boolean;
    readonly seccomp: boolean;
    /** The host's architecture in OCI's words: `amd64`, `arm64`. */
    readonly architecture: string;
    /** Whether the engine can enforce each limit; where it can't, it drops the limit silently. */
    readonly limits: {
        readonly memory: boolean;
        readonly swap: boolean;
        readonly cpu: boolean;
        readonly pids: boolean;
    };
}

/** Two API calls through Docker's own CLI, which knows every kind of DOCKER_HOST: Unix socket, ssh, tcp with TLS. */
const FACTS_COMMAND = "docker version --format '{{json .Server}}' && docker info --format '{{json .}}'";

/** Reads the host facts; a function and no resource, so that they are there on preview and never stale in state. */
export function readHostFacts(
    opts: pulumi.InvokeOutputOptions,
    { environment }: Engine = USUAL_ENGINE,
): pulumi.Output<HostFacts> {
    return command.local
        .runOutput({ command: FACTS_COMMAND, environment, logging: "none" }, opts)
        .apply(({ stdout }) => parseHostFacts(stdout));
}

/** OCI's names for what `uname -m` says (https://github.com/opencontainers/image-spec, `architecture`). */
const ARCHITECTURES: Readonly<Record<string, string>> = { x86_64: "amd64", aarch64: "arm64", armv7l: "arm" };

/** The part of `GET /version` that counts here. */
interface VersionAnswer {
    readonly Version: string;
    readonly Components?: { readonly Name: string }[];
}

/** The part of `GET /info` that counts here. */
interface InfoAnswer {
    readonly Name: string;
    readonly Architecture: string;
    readonly CgroupDriver: string;
    readonly CgroupVersion: string;
    readonly SecurityOptions?: string[];
    readonly MemoryLimit: boolean;
    readonly SwapLimit: boolean;
    readonly CpuCfsQuota: boolean;
    readonly PidsLimit: boolean;
}

/** The facts in the two lines of JSON that {@link FACTS_COMMAND} prints. */
export function parseHostFacts(stdout: string): HostFacts {
    const [version, info] = stdout
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line) as unknown) as [VersionAnswer, InfoAnswer];
    const security = (info.SecurityOptions ?? []).flatMap((option) => option.split(","));
    const has = (name: string) => security.includes(`name=${name}`);
    const engine = version.Components?.some(({ Name }) => Name.startsWith("Podman")) ? "podman" : "docker";
    const cgroupVersion = info.CgroupVersion === "2" ? 2 : 1;
    // Podman looks for these among the hierarchies of cgroup v1 alone (containers/common, pkg/sysinfo). On v2 its runtime
    // fails, with the controller's name, where the kernel lacks one.
    const unsaid = engine === "podman" && cgroupVersion === 2;
    return {
        engine,
        hostName: info.Name,
        engineVersion: version.Version,
        cgroupVersion,
        cgroupDriver: info.CgroupDriver === "systemd" ? "systemd" : "cgroupfs",
        rootless: has("rootless"),
        usernsRemap: has("userns"),
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
    };
}
