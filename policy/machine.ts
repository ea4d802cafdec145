import { BlockList, isIP } from "node:net";

/** What a machine's docker.Container shows of it, as the provider gets it. */
export interface MachineContainer {
    readonly privileged?: boolean;
    readonly ports?: readonly { readonly internal: number; readonly ip?: string }[];
    readonly capabilities?: { readonly adds?: readonly string[] };
    /** MiB. */
    readonly memory?: number;
    /** Microseconds of a processor in each period. */
    readonly cpuQuota?: number;
}

/** A container is a machine where a SystemdMachine made it, which its URN says: labels are a person's to choose. */
export function isMachine(urn: string): boolean {
    return /:index:SystemdMachine\$docker:index\/container:Container::/.test(urn);
}

export function privilegeViolations(
    { privileged }: MachineContainer,
    name: string,
    except: readonly string[],
): string[] {
    return privileged && !except.includes(name)
        ? [
              `${name} is privileged: root in it is root of the host. Leave \`privileged\` out, and add what it needs by \`capabilities\`.`,
          ]
        : [];
}

/** `addresses` are allowed beside the host's own. */
export function portViolations({ ports = [] }: MachineContainer, name: string, addresses: readonly string[]): string[] {
    return ports
        .map(({ internal, ip = "0.0.0.0" }) => ({ internal, ip }))
        .filter(({ ip }) => !isLoopback(ip) && !addresses.includes(ip))
        .map(
            ({ internal, ip }) =>
                `${name} publishes its port ${internal} on ${ip}, where others reach it. Leave \`hostAddress\` out, which is 127.0.0.1${orOneOf(addresses)}.`,
        );
}

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet("127.0.0.0", 8, "ipv4");
LOOPBACK.addAddress("::1", "ipv6");

function isLoopback(address: string): boolean {
    return isIP(address) !== 0 && LOOPBACK.check(address, isIP(address) === 6 ? "ipv6" : "ipv4");
}

/**
 * What engines give a container unasked (moby, daemon/pkg/oci/caps/defaults.go), less MKNOD, which machines go without. A
 * hardened machine has all taken away, and asks for some of them by name.
 */
const USUAL =
    "CHOWN DAC_OVERRIDE FSETID FOWNER NET_RAW SETGID SETUID SETFCAP SETPCAP NET_BIND_SERVICE SYS_CHROOT KILL AUDIT_WRITE".split(
        " ",
    );

/** `allowed` are capabilities beside those that engines give unasked, with or without `CAP_`. */
export function capabilityViolations(
    { capabilities }: MachineContainer,
    name: string,
    allowed: readonly string[],
): string[] {
    const may = [...USUAL, ...allowed.map(plainName)];
    const more = (capabilities?.adds ?? []).map(plainName).filter((capability) => !may.includes(capability));
    return more.map(
        (capability) =>
            `${name} adds the capability ${capability}. Take it out of \`capabilities.add\`${orOneOf(allowed)}.`,
    );
}

function plainName(capability: string): string {
    return capability.replace(/^CAP_/, "");
}

/** Limits that a policy may ask for, by their arguments. */
export const LIMITS = ["memory", "cpus", "pids"] as const;
export type Limit = (typeof LIMITS)[number];

/** The limits that a container has; `pids` is the cgroup's above it, and a container can't show it. */
export function limitViolations(container: MachineContainer, name: string, needed: readonly Limit[]): string[] {
    const has = { memory: container.memory, cpus: container.cpuQuota };
    return (["memory", "cpus"] as const)
        .filter((limit) => needed.includes(limit) && !has[limit])
        .map((limit) => `${name} may use all of the host's ${limit}. Give it \`${limit}\`.`);
}

function orOneOf(allowed: readonly string[]): string {
    return allowed.length === 0 ? "" : `, or choose of ${allowed.join(", ")}`;
}
