import type { CgroupAccess } from "../cgroups";
import type { HostFacts } from "../facts";
import { integerProblems, type Problem } from "../problems";

/** How much of the host a machine may use, all of its processes together. */
export interface LimitArgs {
    /**
     * Memory in MiB or GiB, `512MiB`; 64 MiB or more. Swap is not used beyond it.
     * @default the host's
     */
    memory?: string;
    /**
     * Processors, 0.01 or more: `1.5` is one and a half.
     * @default the host's
     */
    cpus?: number;
    /**
     * Processes and threads, 32 or more; systemd alone has about ten.
     * @default the host's
     */
    pids?: number;
}

/** A file of the machine's outer cgroup, and what goes into it. */
export interface CgroupLimit {
    /** Directory of the hierarchy below `/sys/fs/cgroup`; empty on cgroup v2. */
    readonly hierarchy: string;
    readonly file: string;
    readonly value: string;
}

/** The smallest in which the tests' machines boot with some room. */
const LEAST_MEBIBYTES = 64;
/** The kernel's own period, in microseconds (cgroup-v2.rst, cpu.max). */
const CPU_PERIOD = 100_000;

/** The limits as the container gets them, memory in MiB. */
export function containerLimits(
    { memory, cpus }: LimitArgs,
    { limits }: HostFacts,
): { memory?: number; memorySwap?: number; cpus?: string } {
    const size = memory === undefined ? undefined : mebibytes(memory);
    return {
        memory: size,
        // Left out, the engine would say "twice the memory", and every `pulumi up` would differ. Equal is: no swap.
        memorySwap: size === undefined ? undefined : limits.swap ? size : -1,
        cpus: cpus?.toString(),
    };
}

/**
 * The limits of the cgroup around the container's own, which nobody in the machine may write.
 *
 * On cgroup v1 the engine's limits are out of reach, for those hierarchies are read-only in the machine; only the number of
 * processes is missing among the provider's inputs. On cgroup v2 a machine may write its own cgroup, limits and all.
 */
export function cgroupLimits({ memory, cpus, pids }: LimitArgs, facts: HostFacts, access: CgroupAccess): CgroupLimit[] {
    if (access === "podman") {
        return [];
    }
    const processes = pids === undefined ? [] : [{ file: "pids.max", value: `${pids}` }];
    if (facts.cgroupVersion === 1) {
        return processes.map((limit) => ({ hierarchy: "pids", ...limit }));
    }
    const bytes = memory === undefined ? undefined : mebibytes(memory) * 2 ** 20;
    return [
        ...(bytes === undefined ? [] : [{ file: "memory.max", value: `${bytes}` }]),
        ...(bytes === undefined || !facts.limits.swap ? [] : [{ file: "memory.swap.max", value: "0" }]),
        ...(cpus === undefined ? [] : [{ file: "cpu.max", value: `${Math.round(cpus * CPU_PERIOD)} ${CPU_PERIOD}` }]),
        ...processes,
    ].map((limit) => ({ hierarchy: "", ...limit }));
}

/** Whether there is anything to limit. */
export function isLimited({ memory, cpus, pids }: LimitArgs): boolean {
    return [memory, cpus, pids].some((limit) => limit !== undefined);
}

/** Everything wrong with one machine's limits. */
export function limitProblems({ memory, cpus, pids }: LimitArgs, prefix: string): Problem[] {
    const size = memory === undefined ? undefined : mebibytes(memory);
    return [
        ...(size === undefined || size >= LEAST_MEBIBYTES
            ? []
            : [
                  {
                      argument: `${prefix}memory`,
                      value: memory,
                      allowed: `a whole number of MiB or GiB, ${LEAST_MEBIBYTES}MiB or more: "512MiB"`,
                  },
              ]),
        ...(cpus === undefined || (Number.isFinite(cpus) && cpus >= 0.01)
            ? []
            : [{ argument: `${prefix}cpus`, value: cpus, allowed: "a number of processors, 0.01 or more" }]),
        ...integerProblems(`${prefix}pids`, pids, 32, 4_194_304),
    ];
}

/** Limits that this host would drop silently, or that a machine could raise there. */
export function limitHostProblems(args: LimitArgs, facts: HostFacts, access: CgroupAccess): Problem[] {
    const kinds = [
        ["memory", args.memory, facts.limits.memory],
        ["cpus", args.cpus, facts.limits.cpu],
        ["pids", args.pids, facts.limits.pids && access !== "podman"],
    ] as const;
    // The host's systemd would set its own values there again.
    const outOfReach = facts.cgroupDriver === "systemd" ? cgroupLimits(args, facts, access) : [];
    return kinds
        .filter(([, value]) => value !== undefined)
        .flatMap(([argument, value, enforced]) => {
            if (!enforced) {
                const mend =
                    "Leave it out, or enable the kernel's controller for it (docker info says what is missing)";
                return [{ argument, value, allowed: "nothing: this host's engine can't enforce it", mend }];
            }
            return outOfReach.some(({ file }) => file.startsWith(CONTROLLERS[argument]))
                ? [
                      {
                          argument,
                          value,
                          allowed: "nothing where the host's systemd manages cgroups: the machine could raise it",
                          mend: 'Use an engine with "exec-opts": ["native.cgroupdriver=cgroupfs"] in its daemon.json',
                      },
                  ]
                : [];
        });
}

const CONTROLLERS = { memory: "memory", cpus: "cpu", pids: "pids" } as const;

/** 0, which is too small, where it isn't a size. */
function mebibytes(size: string): number {
    const [, number, unit] = /^([1-9]\d*)(MiB|GiB)$/.exec(size) ?? ["", "0", "MiB"];
    return Number(number) * (unit === "GiB" ? 1024 : 1);
}
