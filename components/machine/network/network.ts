import { createHash } from "node:crypto";
import type { Problem } from "../../rules/problem";
import { network, overlap, parseSubnet, size, type Subnet, subnetText } from "../../rules/subnet";

/** The sandbox's network. Machines of different sandboxes don't reach each other, unless an external network joins them. */
export interface SandboxNetworkArgs {
    /**
     * IPv4 addresses of the network, CIDR (RFC 4632): `10.77.0.0/24`. A change replaces network and machines.
     * @default a free one, chosen by the engine
     */
    subnet?: string;
    /**
     * Gives the machines IPv6 addresses beside the IPv4 ones. Docker engines older than 27 are refused: they don't keep
     * sandboxes apart there.
     * @default false, or true where `ipv6Subnet` is set
     */
    ipv6?: boolean;
    /**
     * IPv6 addresses of the network, CIDR: `fd12:3456:789a::/64`.
     * @default with `ipv6`, a unique local one (RFC 4193) made from the sandbox's name
     */
    ipv6Subnet?: string;
    /**
     * Cuts the machines off from everything outside, and their ports with them: only they reach each other.
     * @default false
     */
    internal?: boolean;
    /**
     * Docker networks that exist already, by name, which every machine joins too: how sandboxes reach each other, or what
     * else is there. They are never changed nor removed.
     * @default none
     */
    external?: string[];
}

/** The network's addresses: of both families, where it has them. */
export interface Subnets {
    readonly ipv4?: string;
    readonly ipv6?: string;
}

export function subnets(sandbox: string, args: SandboxNetworkArgs = {}): Subnets {
    return { ipv4: args.subnet, ipv6: args.ipv6Subnet ?? (args.ipv6 ? uniqueLocalSubnet(sandbox) : undefined) };
}

/** fd + 40 bits that nobody else has + subnet 0 (RFC 4193, 3.2): random for others, the same at each `up`. */
function uniqueLocalSubnet(sandbox: string): string {
    const id = createHash("sha256").update(sandbox).digest("hex");
    return `fd${id.slice(0, 2)}:${id.slice(2, 6)}:${id.slice(6, 10)}::/64`;
}

/** Names of Docker networks (https://github.com/moby/moby, RestrictedNameChars). */
const NETWORK_NAME = /^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/;
/** The engine's own, in which machines have no names, or that can't be had beside another one (docker-network-connect(1)). */
const BUILT_IN = ["bridge", "default", "host", "none"];

/** Everything wrong with the network of a sandbox of that name. */
export function networkProblems(sandbox: string, args: SandboxNetworkArgs = {}): Problem[] {
    return [
        ...subnetProblems("network.subnet", args.subnet, IPV4),
        ...subnetProblems("network.ipv6Subnet", args.ipv6Subnet, IPV6),
        ...(args.ipv6 === false && args.ipv6Subnet !== undefined
            ? [{ argument: "network.ipv6", value: false, allowed: "true, or left out, where ipv6Subnet is set" }]
            : []),
        ...(args.external ?? []).flatMap((network, index, all) =>
            externalProblems(network, sandbox, all.slice(0, index), `network.external[${index}]`),
        ),
    ];
}

function externalProblems(value: string, sandbox: string, earlier: readonly string[], argument: string): Problem[] {
    const allowed = [
        [NETWORK_NAME.test(value), "the name of a Docker network that exists"],
        [!BUILT_IN.includes(value), "a network that somebody made (docker network create), none of the engine's own"],
        [value !== sandbox, "another network: the sandbox's own is named like the sandbox, and every machine is on it"],
        [!earlier.includes(value), "a network that isn't in the list already"],
    ] as const;
    const broken = allowed.find(([isSo]) => !isSo);
    return broken === undefined ? [] : [{ argument, value, allowed: broken[1] }];
}

/** Which subnets a network may have. */
interface SubnetRule {
    readonly family: 4 | 6;
    readonly least: number;
    readonly most: number;
    readonly example: string;
    /** What no network can have, by what it is for. */
    readonly reserved: Readonly<Record<string, string>>;
}

/** As IANA's registries of special-purpose addresses have them (RFC 6890); the private ones are for networks like ours. */
const IPV4: SubnetRule = {
    family: 4,
    least: 8,
    most: 29,
    example: "10.77.0.0/24",
    reserved: {
        "0.0.0.0/8": "this host",
        "127.0.0.0/8": "loopback",
        "169.254.0.0/16": "link-local addresses",
        "224.0.0.0/4": "multicast",
        "240.0.0.0/4": "nobody yet",
    },
};
const IPV6: SubnetRule = {
    family: 6,
    least: 8,
    most: 125,
    example: "fd12:3456:789a::/64",
    reserved: {
        // Loopback, IPv4 in IPv6, translation: all of it is for hosts themselves.
        "::/8": "hosts themselves",
        "fe80::/10": "link-local addresses",
        "ff00::/8": "multicast",
    },
};

function subnetProblems(argument: string, value: string | undefined, rule: SubnetRule): Problem[] {
    if (value === undefined) {
        return [];
    }
    const { family, least, most, example, reserved } = rule;
    const subnet = parseSubnet(value);
    const allowed = `IPv${family} addresses in CIDR, /${least} to /${most}: "${example}"`;
    if (subnet?.family !== family || subnet.bits < least || subnet.bits > most) {
        return [{ argument, value, allowed }];
    }
    const [taken, owner] = Object.entries(reserved).find(([each]) => isIn(subnet, each)) ?? [];
    if (taken !== undefined) {
        return [{ argument, value, allowed: `${allowed}, outside of ${taken}, which is for ${owner}` }];
    }
    const whole = subnetText(network(subnet));
    // New engines say the same (moby, daemon/network.go), with half of the sandbox made; old ones take it as it is.
    return network(subnet).address === subnet.address
        ? []
        : [{ argument, value, allowed: `${allowed}, its first address before the slash`, mend: `Say "${whole}"` }];
}

function isIn(subnet: Subnet, other: string): boolean {
    const reserved = parseSubnet(other);
    return reserved !== undefined && overlap(subnet, reserved);
}

/** More machines than the network has addresses for: its first and last are for itself, and the gateway has one. */
export function addressProblems(machines: number, { subnet }: SandboxNetworkArgs = {}): Problem[] {
    const parsed = subnet === undefined ? undefined : parseSubnet(subnet);
    const room = parsed === undefined ? machines : Number(size(parsed)) - 3;
    return room >= machines || room < 1
        ? []
        : [
              {
                  argument: "network.subnet",
                  value: subnet,
                  allowed: `IPv4 addresses for ${machines} machines; in this one is room for ${room}`,
              },
          ];
}
