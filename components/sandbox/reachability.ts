import type { PortArgs, PublishingArgs } from "../machine/network/ports";
import type { SandboxNetworkArgs } from "../machine/network/network";
import { SSH_PORT, type SshAccessArgs } from "../machine/network/ssh";
import type { Conflict } from "../rules/problem";
import type { SiteArgs } from "./site-args";

/** What of a sandbox decides who can reach a port of its machines. */
interface Surroundings extends SiteArgs {
    readonly network?: SandboxNetworkArgs;
    readonly hosts?: Readonly<Record<string, SiteArgs>>;
}

/** Ports of a machine that nobody could reach. */
export function reachabilityConflicts(
    { network = {}, host, hosts = {} }: Surroundings,
    { ports = [], ssh, on }: PublishingArgs & SshAccessArgs & { on?: string },
    prefix: string,
): Conflict[] {
    const argument = `${prefix}${ssh === undefined ? "ports" : "ssh"}`;
    const address = on === undefined ? host : hosts[on]?.host;
    return [
        ...(network.internal && !network.external?.length && (ports.length > 0 || ssh !== undefined)
            ? [
                  {
                      argument,
                      with: "network.internal",
                      why: "no port leads into such a network",
                      mend: "Leave one or the other out",
                  },
              ]
            : []),
        ...(ssh !== undefined &&
        typeof address === "string" &&
        address.startsWith("tcp://") &&
        !ports.some(isReachableSsh)
            ? [
                  {
                      argument,
                      with: `the host ${address}`,
                      why: "its 127.0.0.1, where the port would be, can't be reached from here",
                      mend: `Publish it: ports: [{ port: ${SSH_PORT}, hostAddress: "0.0.0.0" }]`,
                  },
              ]
            : []),
    ];
}

function isReachableSsh({ port, hostAddress = "127.0.0.1" }: PortArgs): boolean {
    return port === SSH_PORT && !/^(127\.|::1$)/.test(hostAddress);
}
