import type * as docker from "@pulumi/docker";
import { isIP } from "node:net";
import { choiceProblems, integerProblems, type Problem } from "../problems";

/** A port of the machine that the host listens on. */
export interface PortArgs {
    /** Port inside the machine, 1 to 65535; each may be published once. */
    port: number;
    /**
     * Port on the host, 1 to 65535.
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
    protocol?: string;
}

const LOOPBACK = "127.0.0.1";

/** The ports as the container gets them: sorted like the engine's answer, or the next `up` would see a difference. */
export function containerPorts(ports: readonly PortArgs[] = []): docker.types.input.ContainerPort[] {
    return [...ports]
        .sort((a, b) => a.port - b.port)
        .map(({ port, hostPort, hostAddress, protocol }) => ({
            internal: port,
            external: hostPort,
            ip: hostAddress ?? LOOPBACK,
            protocol: protocol ?? "tcp",
        }));
}

/** A published port as `docker port` writes it: `127.0.0.1:8080->80/tcp`. */
export function describePort(port: docker.types.output.ContainerPort): string {
    const address = isIP(port.ip ?? "") === 6 ? `[${port.ip}]` : port.ip;
    return `${address}:${port.external}->${port.internal}/${port.protocol}`;
}

/** Everything wrong with one machine's ports. */
export function portProblems(ports: readonly PortArgs[] = [], argument: string): Problem[] {
    return ports.flatMap((port, index) => [
        ...onePortProblems(port, `${argument}[${index}]`),
        ...twiceProblems(ports.slice(0, index), port, `${argument}[${index}].port`),
    ]);
}

/** The provider sorts what it reads by port alone: two of one port change places, and each `up` would see a difference. */
function twiceProblems(earlier: readonly PortArgs[], { port }: PortArgs, argument: string): Problem[] {
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

function onePortProblems(args: PortArgs, argument: string): Problem[] {
    return [
        ...(args.port === undefined
            ? [{ argument: `${argument}.port`, value: undefined, allowed: "a whole number from 1 to 65535" }]
            : integerProblems(`${argument}.port`, args.port, 1, 65535)),
        ...integerProblems(`${argument}.hostPort`, args.hostPort, 1, 65535),
        ...(args.hostAddress === undefined || isIP(args.hostAddress) !== 0
            ? []
            : [
                  {
                      argument: `${argument}.hostAddress`,
                      value: args.hostAddress,
                      allowed: "an IPv4 or IPv6 address of the host, or 0.0.0.0 or :: for all",
                  },
              ]),
        ...choiceProblems(`${argument}.protocol`, args.protocol, ["tcp", "udp"]),
    ];
}

/** Two machines that want the same port of the host: Docker would find out with half of them created. */
export function portClashes(machines: readonly (readonly [string, { ports?: PortArgs[] }])[]): Problem[] {
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
