import { baseOutputsProblems, type SystemdBaseArgs } from "./base";
import { CGROUP_ACCESSES } from "./cgroups";
import { DISTRIBUTIONS, PACKAGE_MANAGERS } from "./distributions";
import { engineProblems } from "./engine";
import type { ImageSourceArgs } from "./image";
import { labelProblems } from "./labels";
import { ttlProblems } from "./lease";
import type { MachineArgs, SystemdMachineArgs } from "./machine";
import { appArmorProblems } from "./machine/apparmor";
import { capabilityProblems } from "./machine/capabilities";
import { deviceProblems, gpuProblems } from "./machine/devices";
import { environmentProblems } from "./machine/environment";
import { fileProblems } from "./machine/files";
import { folderProblems } from "./machine/folders";
import { journalProblems } from "./machine/journal";
import { limitProblems } from "./machine/limits";
import { mountProblems } from "./machine/mounts";
import { aliasClashes, namesProblems } from "./machine/names";
import { type PortArgs, portClashes, portProblems } from "./machine/ports";
import { provisionProblems } from "./machine/provisioning";
import { sshProblems } from "./machine/sshd";
import { waitForProblems } from "./machine/readiness";
import { replicaClashes, type ReplicatedMachineArgs, replicaNames, replicaProblems } from "./machine/replicas";
import { securityProblems } from "./machine/security";
import { sysctlProblems } from "./machine/sysctls";
import { tmpfsProblems } from "./machine/tmpfs";
import { ulimitProblems } from "./machine/ulimits";
import { unitProblems } from "./machine/units";
import { uploadProblems } from "./machine/uploads";
import { volumeProblems } from "./machine/volumes";
import { networkProblems } from "./network";
import { choiceProblems, integerProblems, nameProblems, type Problem } from "./problems";
import type { SystemdSandboxArgs } from "./sandbox";
import type { SiteArgs } from "./site";

const RESTART_POLICIES = ["no", "on-failure", "unless-stopped", "always"];

/** Everything wrong with a sandbox, its machines and what only shows between them. */
export function sandboxProblems(name: string, args: SystemdSandboxArgs): Problem[] {
    const machines = Object.entries(args.machines ?? {});
    return [
        ...nameProblems("name", name),
        ...imageProblems(args),
        ...siteProblems(args, ""),
        ...(args.base === undefined || args.packages === undefined
            ? []
            : [
                  {
                      argument: "packages",
                      value: args.packages,
                      allowed: "nothing with base: its image has the packages",
                  },
              ]),
        ...hostsProblems(args),
        ...(args.owner === ""
            ? [{ argument: "owner", value: "", allowed: "a name, or nothing for who is first" }]
            : []),
        ...ttlProblems(args.ttl),
        ...choiceProblems("cgroupAccess", args.cgroupAccess, CGROUP_ACCESSES),
        ...(machines.some(([, { count }]) => count !== 0)
            ? []
            : [{ argument: "machines", value: args.machines, allowed: "at least one machine, by name" }]),
        ...machines.flatMap(([machine, machineArgs]) => [
            // With the longest number that it gets.
            ...nameProblems(`machines.${machine}`, replicaNames(machine, machineArgs.count).at(-1) ?? machine),
            ...machineArgsProblems(machineArgs, `machines.${machine}.`),
            ...replicaProblems(machineArgs, `machines.${machine}.`),
            ...choiceProblems(`machines.${machine}.on`, machineArgs.on, Object.keys(args.hosts ?? {})),
        ]),
        ...replicaClashes(args.machines ?? {}),
        ...aliasClashes(name, machines),
        // Ports are the host's.
        ...[...new Set(machines.map(([, { on }]) => on))].flatMap((host) =>
            portClashes(machines.filter(([, { on, count }]) => on === host && count !== 0)),
        ),
        ...networkProblems(args.network),
        ...machines.flatMap(([machine, machineArgs]) => publishingProblems(args, machineArgs, `machines.${machine}.`)),
    ];
}

/** Ports of a machine that nobody could reach. */
function publishingProblems(
    { network = {}, host, hosts = {} }: SystemdSandboxArgs,
    { ports = [], ssh, on }: ReplicatedMachineArgs,
    prefix: string,
): Problem[] {
    const argument = `${prefix}${ssh === undefined ? "ports" : "ssh"}`;
    const address = on === undefined ? host : hosts[on]?.host;
    return [
        ...(network.internal && !network.external?.length && (ports.length > 0 || ssh !== undefined)
            ? [{ argument, value: "given", allowed: "nothing with network.internal, which no port leads into" }]
            : []),
        ...(ssh !== undefined &&
        typeof address === "string" &&
        address.startsWith("tcp://") &&
        !ports.some(reachableSsh)
            ? [
                  {
                      argument,
                      value: "given",
                      allowed: `a port that can be reached from here, where the host is ${address}`,
                      mend: 'Publish it: ports: [{ port: 22, hostAddress: "0.0.0.0" }]',
                  },
              ]
            : []),
    ];
}

function reachableSsh({ port, hostAddress = "127.0.0.1" }: PortArgs): boolean {
    return port === 22 && !/^(127\.|::1$)/.test(hostAddress);
}

/** Everything wrong with a base. */
export function baseProblems(name: string, args: SystemdBaseArgs): Problem[] {
    return [
        ...nameProblems("name", name),
        ...imageProblems(args),
        ...engineProblems(args),
        ...choiceProblems("cgroupAccess", args.cgroupAccess, CGROUP_ACCESSES),
    ];
}

function siteProblems(site: SiteArgs, prefix: string): Problem[] {
    return [...engineProblems(site, prefix), ...baseOutputsProblems(site.base, `${prefix}base`)];
}

function hostsProblems({ host, hosts = {} }: SystemdSandboxArgs): Problem[] {
    const sites = Object.entries(hosts);
    return sites.flatMap(([site, args], index) => [
        ...nameProblems(`hosts.${site}`, site),
        ...siteProblems(args, `hosts.${site}.`),
        // On one host twice, the second network would take the first one's name.
        ...(args.host === undefined ||
        [host, ...sites.slice(0, index).map(([, other]) => other.host)].includes(args.host)
            ? [
                  {
                      argument: `hosts.${site}.host`,
                      value: args.host,
                      allowed: "the address of an engine that no other host names",
                  },
              ]
            : []),
    ]);
}

/** Everything wrong with what an image is made from. */
export function imageProblems(args: ImageSourceArgs): Problem[] {
    return [
        ...choiceProblems("distribution", args.distribution, Object.keys(DISTRIBUTIONS)),
        ...integerProblems("systemdVersion", args.systemdVersion, 219, 999),
        ...choiceProblems("packageManager", args.packageManager, PACKAGE_MANAGERS),
        ...packageProblems(args.packages),
        ...(args.baseImage === undefined || /^\S+$/.test(args.baseImage)
            ? []
            : [
                  {
                      argument: "baseImage",
                      value: args.baseImage,
                      allowed: "an image reference without blanks, registry/name:tag",
                  },
              ]),
    ];
}

/** They become words of a shell command in the image's build: nothing that a shell or a package manager takes for more. */
const PACKAGE = /^@?[A-Za-z0-9][A-Za-z0-9+.:~_=@^/-]*$/;

function packageProblems(packages: string[] = []): Problem[] {
    return packages.flatMap((name, index) =>
        PACKAGE.test(name)
            ? []
            : [
                  {
                      argument: `packages[${index}]`,
                      value: name,
                      allowed: 'a package as the distribution names it, without blanks: "nginx", "nginx=1.22.1-9"',
                  },
              ],
    );
}

/** Everything wrong with a machine's arguments. */
export function machineProblems(args: SystemdMachineArgs): Problem[] {
    return [
        ...nameProblems("sandbox", args.sandbox),
        ...nameProblems("machine", args.machine),
        ...machineArgsProblems(args, ""),
    ];
}

function machineArgsProblems(args: MachineArgs, prefix: string): Problem[] {
    return [
        ...namesProblems(args, prefix),
        ...portProblems(args.ports, `${prefix}ports`),
        ...fileProblems(args.files, `${prefix}files`),
        ...unitProblems(args.units, `${prefix}units`),
        ...environmentProblems(args.environment, `${prefix}environment`),
        ...uploadProblems(args, prefix),
        ...mountProblems(args, prefix),
        ...volumeProblems(args.volumes, `${prefix}volumes`),
        ...folderProblems(args.folders, `${prefix}folders`),
        ...tmpfsProblems(args.tmpfs, `${prefix}tmpfs`),
        ...journalProblems(args.journal, `${prefix}journal`),
        ...limitProblems(args, prefix),
        ...securityProblems(args, prefix),
        ...ulimitProblems(args.ulimits, `${prefix}ulimits`),
        ...sysctlProblems(args.sysctls, `${prefix}sysctls`),
        ...deviceProblems(args.devices, `${prefix}devices`),
        ...gpuProblems(args.gpus, `${prefix}gpus`),
        ...capabilityProblems(args.capabilities, `${prefix}capabilities`),
        ...appArmorProblems(args.appArmor, `${prefix}appArmor`),
        ...provisionProblems(args.provision, `${prefix}provision`),
        ...sshProblems(args.ssh, `${prefix}ssh`),
        ...labelProblems(args.labels, `${prefix}labels`),
        ...waitForProblems(args.waitFor, `${prefix}waitFor`),
        ...integerProblems(`${prefix}readyTimeout`, args.readyTimeout, 1, 3600, "seconds, "),
        ...choiceProblems(`${prefix}restart`, args.restart, RESTART_POLICIES),
    ];
}
