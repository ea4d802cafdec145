import { isIP } from "node:net";
import type { BadValue, Problem } from "../../rules/problem";
import { wholeNumberProblems } from "../../rules/whole-number";
import type { ArgumentTable } from "../argument";

/** Transport protocol of a port. */
export const PortProtocol = { tcp: "tcp", udp: "udp" } as const;
export type PortProtocol = (typeof PortProtocol)[keyof typeof PortProtocol];

/** A port of the machine that the host listens on. */
export interface PortArgs {
    /**
     * Port inside the machine, 1 to 65535; each may be published once.
     * @asType integer
     */
    port: number;
    /**
     * Port on the host, 1 to 65535.
     * @asType integer
     * @default a free one, chosen by the engine anew whenever the machine starts; the output `ports` says which, and
     * `pulumi refresh` reads it again
     */
    hostPort?: number;
    /**
     * Address of the host that listens, IPv4 or IPv6; `0.0.0.0` for everybody who can reach the host.
     * @default "127.0.0.1": this host only
     */
    hostAddress?: string;
    /**
     * `tcp` or `udp`.
     * @default "tcp"
     */
    protocol?: PortProtocol;
}

/** What of a machine its host publishes. */
export interface PublishingArgs {
    /**
     * Ports to publish on the host.
     * @default none: machines of one sandbox reach each other without
     */
    ports?: PortArgs[];
}

/** A published port, with every default filled in; without `hostPort` the engine chooses one. */
export interface Port {
    readonly port: number;
    readonly hostPort?: number;
    readonly hostAddress: string;
    readonly protocol: PortProtocol;
}

export interface PublishingSpec {
    readonly ports: readonly Port[];
}

const LOOPBACK = "127.0.0.1";

export function portSpec(ports: readonly PortArgs[] = []): PublishingSpec {
    return {
        ports: ports.map(({ port, hostPort, hostAddress = LOOPBACK, protocol = "tcp" }) => ({
            port,
            hostPort,
            hostAddress,
            protocol,
        })),
    };
}

/** The first of each: a port that the person publishes counts before one that another argument brings. */
export function eachPortOnce(ports: readonly Port[]): Port[] {
    return ports.filter(({ port }, index) => ports.findIndex((other) => other.port === port) === index);
}

/** Everything wrong with one machine's ports. */
function portProblems(ports: readonly PortArgs[], argument: string): Problem[] {
    return ports.flatMap((port, index) => [
        ...onePortProblems(port, `${argument}[${index}]`),
        ...twiceProblems(ports.slice(0, index), port, `${argument}[${index}].port`),
    ]);
}

/** The provider sorts what it reads by port alone: two of one port change places, and each `up` would see a difference. */
function twiceProblems(earlier: readonly PortArgs[], { port }: PortArgs, argument: string): BadValue[] {
    return port !== undefined && earlier.some((other) => other.port === port)
        ? [
              {
                  argument,
                  value: port,
                  allowed: "a port that the machine publishes once, with one protocol and one address",
                  mend: "The provider would replace the machine at each `up`",
              },
          ]
        : [];
}

function onePortProblems(args: PortArgs, argument: string): BadValue[] {
    return [
        ...wholeNumberProblems(`${argument}.port`, args.port, 1, 65535),
        ...wholeNumberProblems(`${argument}.hostPort`, args.hostPort, 1, 65535),
        ...(args.hostAddress === undefined || isHostAddress(args.hostAddress)
            ? []
            : [
                  {
                      argument: `${argument}.hostAddress`,
                      value: args.hostAddress,
                      allowed: "an IPv4 or IPv6 address of the host, without a zone (%eth0), or 0.0.0.0 or :: for all",
                  },
              ]),
    ];
}

/** Engines know no zone (RFC 4007): for an address that has one they publish the port on all addresses, and say nothing. */
function isHostAddress(address: string): boolean {
    return isIP(address) !== 0 && !address.includes("%");
}

/** Two machines that want the same port of the host: Docker would find out with half of them created. */
export function portClashes(machines: readonly (readonly [string, PublishingArgs])[]): Problem[] {
    const wanted = machines.flatMap(([machine, { ports = [] }]) =>
        ports.flatMap(({ hostPort, hostAddress = LOOPBACK, protocol = "tcp" }, index) =>
            hostPort === undefined
                ? []
                : [{ argument: `machines.${machine}.ports[${index}].hostPort`, hostPort, hostAddress, protocol }],
        ),
    );
    return wanted.flatMap((port, index) => {
        const owner = wanted.slice(0, index).find((earlier) => clash(earlier, port));
        return owner === undefined
            ? []
            : [
                  {
                      argument: port.argument,
                      value: port.hostPort,
                      allowed: `a port that no other machine publishes; ${owner.argument} is ${owner.hostAddress}:${owner.hostPort}/${owner.protocol} too`,
                  },
              ];
    });
}

type HostPort = Required<Pick<PortArgs, "hostPort" | "hostAddress" | "protocol">>;

/** Who listens on all addresses of a family takes the port on each of them. */
function clash(a: HostPort, b: HostPort): boolean {
    const all = ["0.0.0.0", "::"];
    return (
        a.hostPort === b.hostPort &&
        a.protocol === b.protocol &&
        isIP(a.hostAddress) === isIP(b.hostAddress) &&
        (a.hostAddress === b.hostAddress || all.includes(a.hostAddress) || all.includes(b.hostAddress))
    );
}

export const PORTS = {
    ports: { problems: portProblems, spec: portSpec },
} satisfies ArgumentTable<PublishingArgs, PublishingSpec>;
