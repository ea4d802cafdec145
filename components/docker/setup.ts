import { type Access, needsGift } from "../cgroups/access";
import { machineCgroups } from "../cgroups/parents";
import type { HostFacts } from "../host/facts";
import type { MachineSpec } from "../machine/arguments";
import { cgroupLimits, isLimited } from "./limits";

// What the set-up of a host has to do there, as programs/prepare.mjs reads it.

/** What is around each machine → its limits: by the cgroup's directory those for the kernel, by its slice those for systemd. */
export function limitsOf(
    machines: readonly MachineSpec[],
    facts: HostFacts,
    access: Access,
): { files: Record<string, readonly string[]>; slices: Record<string, readonly string[]> } {
    const limited = machines
        .filter(({ limits }) => isLimited(limits, access))
        .map(({ sandbox, machine, limits }) => ({
            ...machineCgroups(sandbox, machine, facts).parent,
            ...cgroupLimits(limits, facts, access),
        }));
    return {
        files: Object.fromEntries(
            limited.filter(({ files }) => files.length > 0).map(({ directory, files }) => [directory, files]),
        ),
        slices: Object.fromEntries(
            limited.filter(({ slice }) => slice !== "").map(({ slice, properties }) => [slice, properties]),
        ),
    };
}

/** The systemd that manages the engine's cgroups, as systemctl(1) names it, and where it has its socket: the host's, or that of the user whose engine it is. */
export function managerOf({ rootless, containerRoot }: HostFacts): { option: string; runtime: string } {
    return rootless
        ? { option: "--user", runtime: `/run/user/${containerRoot}` }
        : { option: "--system", runtime: "/run" };
}

/** The cgroups that the machines' root has to own before they start, and who that is on the host. */
export function giftOf(
    machines: readonly MachineSpec[],
    facts: HostFacts,
    access: Access,
): { directories: readonly string[]; owner?: number } {
    const { ground } = access;
    return {
        directories:
            ground === undefined || !needsGift(facts, access)
                ? []
                : machines.map(({ sandbox, machine }) => ground(machineCgroups(sandbox, machine, facts))),
        owner: facts.containerRoot,
    };
}
