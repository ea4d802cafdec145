import type * as docker from "@pulumi/docker";
import type { Problem } from "../problems";

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

/** The capabilities as the container gets them, in the words of the engine's answer. */
export function containerCapabilities({ add = [], drop = [] }: CapabilitiesArgs = {}):
    docker.types.input.ContainerCapabilities | undefined {
    return add.length + drop.length === 0 ? undefined : { adds: add.map(engineName), drops: drop.map(engineName) };
}

/** Those of `capabilities` that `named` names neither by itself nor with `ALL`. */
export function withoutCapabilities(capabilities: readonly string[], named: readonly string[]): string[] {
    const names = new Set(named.map(engineName));
    return names.has("ALL") ? [] : capabilities.filter((capability) => !names.has(engineName(capability)));
}

/** Engines add the prefix where it is missing, and the provider would see a difference. */
function engineName(capability: string): string {
    return capability === "ALL" || capability.startsWith("CAP_") ? capability : `CAP_${capability}`;
}

const CAPABILITY = /^(CAP_)?[A-Z][A-Z_]*$/;

/** Everything wrong with one machine's capabilities; whether the kernel has one, the engine says. */
export function capabilityProblems({ add = [], drop = [] }: CapabilitiesArgs = {}, argument: string): Problem[] {
    const listed = (list: string, capabilities: string[]) =>
        capabilities.flatMap((capability, index) =>
            CAPABILITY.test(capability)
                ? []
                : [
                      {
                          argument: `${argument}.${list}[${index}]`,
                          value: capability,
                          allowed: 'a capability in capitals, "NET_ADMIN" or "ALL" (capabilities(7))',
                      },
                  ],
        );
    const both = add.filter((capability) => drop.map(engineName).includes(engineName(capability)));
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
