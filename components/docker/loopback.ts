import { dockerMajor } from "../host/docker-major";
import type { HostFacts } from "../host/facts";
import type { MachineSpec } from "../machine/arguments";

/** Engines before it take IPv6 away from the loopback interface too where the network has none. */
const FIRST_ENGINE_WITH_LOOPBACK = 26;
const LOOPBACK = "net.ipv6.conf.lo.disable_ipv6";
/** Where a person speaks of any such parameter, the engine sets them in no order that anybody knows. */
const SWITCH = /^net\.ipv6\.conf\..+\.disable_ipv6$/;

/**
 * The container's kernel parameters: the person's own, and what gives the machine its `::1`, which stands in its /etc/hosts
 * and on which services listen. An engine refuses a parameter that its kernel doesn't have, so this needs a kernel that is
 * known to have IPv6.
 */
export function containerSysctls(
    { sysctls }: Pick<MachineSpec, "sysctls">,
    facts: Pick<HostFacts, "apiVersion" | "engine" | "engineVersion">,
    ipv6: boolean | undefined,
): Readonly<Record<string, string>> | undefined {
    const isMissing = facts.engine === "docker" && dockerMajor(facts) < FIRST_ENGINE_WITH_LOOPBACK;
    const isNamed = Object.keys(sysctls ?? {}).some((name) => SWITCH.test(name));
    return ipv6 && isMissing && !isNamed ? { ...sysctls, [LOOPBACK]: "0" } : sysctls;
}
