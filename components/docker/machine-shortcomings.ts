import type { HostFacts } from "../host/facts";
import type { MachineSpec } from "../machine/arguments";
import type { Problem } from "../rules/problem";

/** What counts of a machine here. */
type Demands = Pick<MachineSpec, "appArmor" | "limits" | "seccomp" | "shmBytes" | "tmpfs">;

/** What this host can't give a machine. Its engine would drop each of these silently. */
export function machineShortcomings(spec: Demands, facts: HostFacts, prefix = ""): Problem[] {
    return [...unenforced(spec, facts), ...oversized(spec, facts), ...unconfined(spec, facts)].map((problem) => ({
        ...problem,
        argument: `${prefix}${problem.argument}`,
    }));
}

function unenforced({ limits }: Demands, { limits: enforced }: HostFacts): Problem[] {
    const controllers = [
        ["memory", limits.memory, enforced.memory],
        ["cpus", limits.cpus, enforced.cpu],
        ["pids", limits.pids, enforced.pids],
    ] as const;
    return controllers
        .filter(([, value, isEnforced]) => value !== undefined && !isEnforced)
        .map(([argument]) => ({
            argument,
            with: "this host",
            why: "its engine can't enforce it",
            mend: "Leave it out, or enable the kernel's controller for it (docker info says what is missing)",
        }));
}

/** A limit beyond what the host has is none. */
function oversized({ limits, shmBytes, tmpfs }: Demands, { memoryBytes, processors }: HostFacts): Problem[] {
    const sizes: (readonly [argument: string, bytes: number | undefined])[] = [
        ["memory", limits.memory === undefined ? undefined : limits.memory * 2 ** 20],
        ["shmSize", shmBytes],
        ...Object.entries(tmpfs).map(([path, { bytes }]) => [`tmpfs["${path}"].size`, bytes] as const),
    ];
    return [
        ...sizes
            .filter(([, bytes]) => bytes !== undefined && bytes > memoryBytes)
            .map(([argument]) => ({
                argument,
                with: "this host",
                why: `it has ${Math.floor(memoryBytes / 2 ** 20)}MiB of memory`,
                mend: "Ask for less, or leave it out",
            })),
        ...(limits.cpus !== undefined && limits.cpus > processors
            ? [
                  {
                      argument: "cpus",
                      with: "this host",
                      why: `it has ${processors} processor${processors === 1 ? "" : "s"}`,
                      mend: "Ask for less, or leave it out",
                  },
              ]
            : []),
    ];
}

function unconfined({ appArmor, seccomp }: Demands, facts: HostFacts): Problem[] {
    return [
        ...(appArmor !== undefined && appArmor !== "unconfined" && !facts.appArmor
            ? [
                  {
                      argument: "appArmor",
                      with: "this host",
                      why: "it has no AppArmor (docker info)",
                      mend: "Leave it out",
                  },
              ]
            : []),
        ...(seccomp !== undefined && seccomp !== "unconfined" && !facts.seccomp
            ? [
                  {
                      argument: "seccomp",
                      with: "this host",
                      why: "its kernel or engine has no seccomp (docker info)",
                      mend: 'Leave it out, or say "unconfined"',
                  },
              ]
            : []),
    ];
}
