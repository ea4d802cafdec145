import type * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { Access } from "../cgroups/access";
import { machineCgroups } from "../cgroups/parents";
import type { HostFacts } from "../host/facts";
import type { MachineSpec } from "../machine/arguments";
import { withhold } from "../machine/confinement/capabilities";
import { hardenedCapabilities } from "../machine/confinement/hardening";
import { foreignNames, ownNames } from "../machine/network/names";
import type { Port } from "../machine/network/ports";
import { consoleLogOptions } from "./console-log";
import { dialectOf } from "./dialect";
import { dockerLabels, type Labels } from "./labels";
import { containerLimits } from "./limits";
import { containerSysctls } from "./loopback";
import { machineTmpfs } from "./tmpfs";
import { containerUploads } from "./uploads";

/** What a machine runs from, and where it is put. */
export interface MachineParts {
    readonly imageId: pulumi.Input<string>;
    readonly systemdVersion: number;
    readonly network: pulumi.Input<string>;
    readonly externalNetworks: readonly pulumi.Input<string>[];
    readonly volumes: readonly docker.types.input.ContainerVolume[];
    readonly uuid: pulumi.Input<string>;
    readonly ownership: Labels;
}

/** The host that it is put on. */
export interface MachineHost {
    readonly facts: HostFacts;
    readonly access: Access;
    /** Whether its kernel has IPv6, where that is known. */
    readonly ipv6?: boolean;
}

/** systemd stops its services one after the other; the provider's default is to kill at once. */
const STOP_SECONDS = 30;

/** Every setting of a machine's container, with the reason for each that isn't just what the person asked for. */
export function containerArgs(
    spec: MachineSpec,
    parts: MachineParts,
    host: pulumi.Output<MachineHost>,
): docker.ContainerArgs {
    const { systemdVersion } = parts;
    const here = <T>(setting: (host: MachineHost) => T) => host.apply(setting);
    const cgroups = here(({ facts, access }) =>
        access.settings(machineCgroups(spec.sandbox, spec.machine, facts), systemdVersion),
    );
    const limits = here(({ facts }) => containerLimits(spec.limits, facts));
    return {
        name: containerName(spec),
        image: parts.imageId,
        command: cgroups.apply(({ command }) => [...command]),
        // systemd tells by it that it is in a container (systemd.io/CONTAINER_INTERFACE); 219 stops cleanly only with it.
        envs: ["container=docker", pulumi.interpolate`container_uuid=${parts.uuid}`],
        // SIGTERM would only re-execute PID 1; this one means "halt" (systemd(1), SIGNALS).
        stopSignal: here(({ facts }) => dialectOf(facts).signal("SIGRTMIN+3")),
        destroyGraceSeconds: STOP_SECONDS,
        stopTimeout: STOP_SECONDS,
        restart: spec.restart,
        // Programs start it (programs/ready.mjs), so that one which was never started is known to be in no state yet, and a
        // plain `pulumi up` starts again what was stopped.
        start: false,
        mustRun: false,
        // Gives PID 1 a /dev/console: without one, an early boot failure leaves `docker logs` empty.
        tty: true,
        labels: dockerLabels({ ...spec.labels, ...parts.ownership }),

        logOpts: here(({ facts }) => consoleLogOptions(spec.consoleLogBytes, facts)),

        // Network
        hostname: spec.hostname,
        domainname: here(({ facts }) => dialectOf(facts).domain(spec.domain)),
        networksAdvanced: networks(spec, parts),
        ports: ports(spec.ports),
        // The engine's own DNS answers for machines, and asks these for the rest.
        dns: spec.dns.length === 0 ? undefined : [...spec.dns],

        // Files and storage
        uploads: containerUploads(spec.uploads),
        volumes: cgroups.apply((settings) => [...settings.volumes, ...parts.volumes]),
        // Mounts, not `volumes`: there the engine would make a missing path of the host, as root, and say nothing.
        mounts: spec.folders.map(({ path, hostPath, writable }) => ({
            type: "bind",
            source: hostPath,
            target: path,
            readOnly: !writable,
        })),
        tmpfs: pulumi.all([host, cgroups]).apply(([{ facts }, { tmpfs }]) => {
            const all = Object.entries({ ...tmpfs, ...machineTmpfs(spec, systemdVersion) });
            return Object.fromEntries(all.map(([path, options]) => [path, dialectOf(facts).tmpfs(options)]));
        }),
        // The provider knows it in MiB, and reads it back so: a fraction would be another size each time.
        shmSize: spec.shmBytes === undefined ? undefined : Math.ceil(spec.shmBytes / 2 ** 20),
        readOnly: spec.hardened || undefined,

        // Cgroups and limits
        cgroupParent: cgroups.apply(({ cgroupParent }) => cgroupParent),
        cgroupnsMode: cgroups.apply(({ cgroupnsMode }) => cgroupnsMode),
        memory: limits.apply(({ memory }) => memory),
        memorySwap: limits.apply(({ memorySwap }) => memorySwap),
        cpuPeriod: limits.apply(({ cpuPeriod }) => cpuPeriod),
        cpuQuota: limits.apply(({ cpuQuota }) => cpuQuota),
        ulimits: Object.entries(spec.ulimits).map(([name, limit]) => ({ name, ...limit })),
        sysctls: here(({ facts, ipv6 }) => containerSysctls(spec, facts, ipv6)),
        // Nothing is left to the provider's defaults, which it reads back otherwise.
        devices: spec.devices.map(({ hostPath, path, permissions }) => ({
            hostPath,
            containerPath: path,
            permissions,
        })),
        gpus: spec.gpus,

        // Confinement
        capabilities: here(({ facts }) => capabilities(spec, systemdVersion, dialectOf(facts).dangerousCapability)),
        securityOpts: cgroups.apply(({ securityOpts = [] }) => [...securityOpts, ...securityOptions(spec)]),
        privileged: spec.privileged,
    };
}

/** Options that a machine's container needs beside its settings. */
export const CONTAINER_OPTIONS = {
    // The container's name is taken until the old one is gone.
    deleteBeforeReplace: true,
    // The provider reports an update for them and changes nothing.
    replaceOnChanges: ["tmpfs", "cpuQuota"],
    // Podman tells of the quota by this name too, and each `pulumi up` would make a new machine.
    ignoreChanges: ["cpus"],
};

export function containerName({ sandbox, machine }: Pick<MachineSpec, "sandbox" | "machine">): string {
    return `${sandbox}-${machine}`;
}

/** Names of containers are too long to type: Docker's DNS answers for aliases. */
function networks(spec: MachineSpec, { network, externalNetworks }: MachineParts) {
    return [
        { name: network, aliases: ownNames(spec) },
        ...externalNetworks.map((name) => ({ name, aliases: foreignNames(spec) })),
    ];
}

/** Sorted like the engine's answer, or the next `up` would see a difference. */
function ports(published: readonly Port[]): docker.types.input.ContainerPort[] {
    return [...published]
        .sort((a, b) => a.port - b.port)
        .map(({ port, hostPort, hostAddress, protocol }) => ({
            internal: port,
            external: hostPort,
            ip: hostAddress,
            protocol,
        }));
}

/** In the words of the engine's answer, or the provider would see a difference; nothing where the engine's own default stays. */
function capabilities(
    { capabilities: asked, hardened, privileged }: MachineSpec,
    systemdVersion: number,
    dangerous: string | undefined,
): docker.types.input.ContainerCapabilities | undefined {
    const wanted = privileged || dangerous === undefined ? asked : withhold(asked, dangerous);
    const { add, drop } = hardened ? hardenedCapabilities(asked, systemdVersion) : wanted;
    const named = (names: readonly string[]) => names.map((name) => (name === "ALL" ? name : `CAP_${name}`));
    return add.length + drop.length === 0 ? undefined : { adds: named(add), drops: named(drop) };
}

function securityOptions({ appArmor, seccomp, hardened }: MachineSpec): string[] {
    return [
        ...(appArmor === undefined ? [] : [`apparmor=${appArmor}`]),
        // The engine reads no file for an API client: the profile itself goes there.
        ...(seccomp === undefined ? [] : [`seccomp=${seccomp}`]),
        ...(hardened ? ["no-new-privileges"] : []),
    ];
}
