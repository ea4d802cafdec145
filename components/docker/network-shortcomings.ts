import type { SandboxNetworkArgs } from "../machine/network/network";
import type { Problem } from "../rules/problem";
import { dockerMajor } from "../host/docker-major";
import type { HostFacts } from "../host/facts";

/** The first engine with a firewall for IPv6 by default; before, the host forwards between all networks (Docker 27.0 release notes). */
const FIRST_ENGINE_WITH_IP6TABLES = 27;

/** What this host can't give a sandbox's network: sandboxes must not reach one another unless told to. */
export function networkShortcomings(
    args: SandboxNetworkArgs = {},
    facts: Pick<HostFacts, "apiVersion" | "engine" | "engineVersion">,
): Problem[] {
    const wanted = args.ipv6 ?? args.ipv6Subnet !== undefined;
    return wanted && facts.engine === "docker" && dockerMajor(facts) < FIRST_ENGINE_WITH_IP6TABLES
        ? [
              {
                  argument: args.ipv6Subnet === undefined ? "network.ipv6" : "network.ipv6Subnet",
                  with: `Docker ${facts.engineVersion}`,
                  why: "other sandboxes would reach this one's IPv6 addresses",
                  mend: `Use Docker ${FIRST_ENGINE_WITH_IP6TABLES} or newer, or leave it out`,
              },
          ]
        : [];
}

/** The first Podman that was seen to keep networks apart; netavark 1.4 of Podman 4.3 forgets it when any machine stops. */
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
