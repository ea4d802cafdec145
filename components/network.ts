import type * as docker from "@pulumi/docker";
import { createHash } from "node:crypto";
import { isIP } from "node:net";
import type { HostFacts } from "./facts";
import type { Problem } from "./problems";

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

/** The part of the Docker network's inputs that the person decides. */
export function networkInputs(sandbox: string, args: SandboxNetworkArgs = {}) {
    const ipv6Subnet = args.ipv6Subnet ?? (args.ipv6 ? uniqueLocalSubnet(sandbox) : undefined);
    const subnets = [args.subnet, ipv6Subnet].filter((subnet) => subnet !== undefined);
    return {
        internal: args.internal,
        ipv6: ipv6Subnet === undefined ? undefined : true,
        // Older engines choose no IPv6 addresses themselves; given here, they are the same on all engines.
        ipamConfigs: subnets.length === 0 ? undefined : subnets.map((subnet) => ({ subnet })),
    } satisfies docker.NetworkArgs;
}

/** Docker keeps networks apart by itself, Podman those that ask for it (podman-network-create(1), isolate). */
export function networkOptions({ engine }: Pick<HostFacts, "engine">): Record<string, string> | undefined {
    return engine === "podman" ? { isolate: "true" } : undefined;
}

/** The first Podman that was seen to keep them apart; netavark 1.4 of Podman 4.3 forgets it when any machine stops. */
const FIRST_PODMAN_THAT_ISOLATES = 5;

/** What a person should know of the network on that host before relying on it. */
export function networkWarning({
    engine,
    engineVersion,
}: Pick<HostFacts, "engine" | "engineVersion">): string | undefined {
    return engine === "podman" && parseInt(engineVersion, 10) < FIRST_PODMAN_THAT_ISOLATES
        ? `Podman ${engineVersion} does not keep sandboxes apart: machines of others on this host can reach these. ` +
              `Podman ${FIRST_PODMAN_THAT_ISOLATES} does.`
        : undefined;
}

/** fd + 40 bits that nobody else has + subnet 0 (RFC 4193, 3.2): random for others, the same at each `up`. */
function uniqueLocalSubnet(sandbox: string): string {
    const id = createHash("sha256").update(sandbox).digest("hex");
    return `fd${id.slice(0, 2)}:${id.slice(2, 6)}:${id.slice(6, 10)}::/64`;
}

/** The first engine with a firewall for IPv6 by default; before, the host forwards between all networks (Docker 27.0 release notes). */
const FIRST_ENGINE_WITH_IP6TABLES = 27;

/** What only the host's facts show: sandboxes must not reach one another unless told to. */
export function networkHostProblems(
    args: SandboxNetworkArgs = {},
    { engine, engineVersion }: Pick<HostFacts, "engine" | "engineVersion">,
): Problem[] {
    const wanted = args.ipv6 ?? args.ipv6Subnet !== undefined;
    return wanted && engine === "docker" && parseInt(engineVersion, 10) < FIRST_ENGINE_WITH_IP6TABLES
        ? [
              {
                  argument: args.ipv6Subnet === undefined ? "network.ipv6" : "network.ipv6Subnet",
                  value: args.ipv6Subnet ?? true,
                  allowed: `nothing on Docker ${engineVersion}, through which other sandboxes would reach this one's IPv6 addresses`,
                  mend: `Use Docker ${FIRST_ENGINE_WITH_IP6TABLES} or newer, or leave it out`,
              },
          ]
        : [];
}

/** Names of Docker networks (https://github.com/moby/moby, RestrictedNameChars). */
const NETWORK_NAME = /^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/;

/** Everything wrong with the network. */
export function networkProblems(args: SandboxNetworkArgs = {}): Problem[] {
    return [
        ...subnetProblems("network.subnet", args.subnet, 4, 8, 29, "10.77.0.0/24"),
        ...subnetProblems("network.ipv6Subnet", args.ipv6Subnet, 6, 8, 125, "fd12:3456:789a::/64"),
        ...(args.ipv6 === false && args.ipv6Subnet !== undefined
            ? [{ argument: "network.ipv6", value: false, allowed: "true, or left out, where ipv6Subnet is set" }]
            : []),
        ...(args.external ?? []).flatMap((network, index) =>
            NETWORK_NAME.test(network)
                ? []
                : [
                      {
                          argument: `network.external[${index}]`,
                          value: network,
                          allowed: "the name of a Docker network that exists",
                      },
                  ],
        ),
    ];
}

function subnetProblems(
    argument: string,
    value: string | undefined,
    family: 4 | 6,
    least: number,
    most: number,
    example: string,
): Problem[] {
    if (value === undefined) {
        return [];
    }
    const [, address = "", bits = ""] = /^(.*)\/(\d{1,3})$/.exec(value) ?? [];
    return isIP(address) === family && Number(bits) >= least && Number(bits) <= most
        ? []
        : [{ argument, value, allowed: `IPv${family} addresses in CIDR, /${least} to /${most}: "${example}"` }];
}
