import type { BadValue } from "../../rules/problem";
import type { ArgumentTable } from "../argument";

/** Capabilities (capabilities(7)) that the machine has beside, or without, the engine's default ones. */
export interface CapabilitiesArgs {
    /**
     * Capabilities to add: `NET_ADMIN`. `SYS_ADMIN` and `ALL` open the host to the machine.
     * @default none
     */
    add?: string[];
    /**
     * Capabilities to take away: `NET_RAW`, or `ALL`.
     * @default none
     */
    drop?: string[];
}

/** What a machine may do beside, or without, what it may by default. */
export interface PrivilegeArgs {
    /**
     * Capabilities (capabilities(7)) to add and to take away.
     * @default the engine's without `MKNOD`, by which root in the machine could open the host's console, and other devices
     */
    capabilities?: CapabilitiesArgs;
    /**
     * Lets the machine do what the host's root user may do, and gives a warning: all capabilities, all devices, no seccomp.
     * No argument and no host makes this choice for you.
     * @default false
     */
    privileged?: boolean;
}

/** Names without the prefix `CAP_`. */
export interface Capabilities {
    readonly add: readonly string[];
    readonly drop: readonly string[];
}

export interface PrivilegeSpec {
    readonly capabilities: Capabilities;
    readonly privileged?: boolean;
}

function capabilitySpec({ add = [], drop = [] }: CapabilitiesArgs = {}): Pick<PrivilegeSpec, "capabilities"> {
    return { capabilities: { add: add.map(plainName), drop: drop.map(plainName) } };
}

/** `NET_ADMIN` and `CAP_NET_ADMIN` are one. */
function plainName(capability: string): string {
    return capability.replace(/^CAP_/, "");
}

/** The same without `withheld`, unless the person speaks of it: what somebody asks for by name, they get. */
export function withhold({ add, drop }: Capabilities, withheld: string): Capabilities {
    const isNamed = [...add, ...drop].some((name) => name === withheld || name === ALL);
    return { add, drop: isNamed ? drop : [...drop, withheld] };
}

/** What Linux has (capabilities(7), linux/capability.h), in its order; whether the host's kernel is new enough, the engine says. */
const KNOWN = (
    "CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE NET_BIND_SERVICE " +
    "NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT SYS_PTRACE SYS_PACCT SYS_ADMIN " +
    "SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE " +
    "MAC_ADMIN SYSLOG WAKE_ALARM BLOCK_SUSPEND AUDIT_READ PERFMON BPF CHECKPOINT_RESTORE"
).split(" ");
const ALL = "ALL";

/** Everything wrong with one machine's capabilities. */
function capabilityProblems({ add = [], drop = [] }: CapabilitiesArgs, argument: string): BadValue[] {
    const listed = (list: string, capabilities: string[]) =>
        capabilities.flatMap((capability, index) =>
            capability === ALL || KNOWN.includes(plainName(capability))
                ? []
                : [
                      {
                          argument: `${argument}.${list}[${index}]`,
                          value: capability,
                          allowed: 'a capability in capitals, "NET_ADMIN" or "ALL" (capabilities(7))',
                      },
                  ],
        );
    const both = add.filter((capability) => drop.map(plainName).includes(plainName(capability)));
    return [
        ...listed("add", add),
        ...listed("drop", drop),
        ...both.map((capability) => ({
            argument: `${argument}.add`,
            value: capability,
            allowed: "capabilities that are not in drop too",
        })),
    ];
}

export const CAPABILITIES = {
    capabilities: { problems: capabilityProblems, spec: capabilitySpec },
    privileged: { spec: (privileged) => ({ privileged }) },
} satisfies ArgumentTable<PrivilegeArgs, PrivilegeSpec>;
