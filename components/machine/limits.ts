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

/** The smallest in which the tests' machines boot with some room. */
const LEAST_MEBIBYTES = 64;
/** The kernel's own period, in microseconds (cgroup-v2.rst, cpu.max). */
const CPU_PERIOD = 100_000;

/** The limits as the container gets them, memory in MiB. */
export function containerLimits(
    { memory, cpus }: LimitArgs,
    { limits }: HostFacts,
): { memory?: number; memorySwap?: number; cpuPeriod?: number; cpuQuota?: number } {
    const size = memory === undefined ? undefined : mebibytes(memory);
    return {
        memory: size,
        // Left out, the engine would say "twice the memory", and every `pulumi up` would differ. Equal is: no swap.
        memorySwap: size === undefined ? undefined : limits.swap ? size : -1,
        // Not the provider's own `cpus`: what it reads back of it is other text (1 is "1.0", 10 is "10."), a new machine each time.
        cpuPeriod: cpus === undefined ? undefined : CPU_PERIOD,
        cpuQuota: cpus === undefined ? undefined : Math.round(cpus * CPU_PERIOD),
    };
}

/**
 * The limits of the cgroup around the container's own, which nobody in the machine may write, as host/limits.sh takes them:
 * `hierarchy:file:value` for the kernel (cgroup-v2.rst), `Property=value` where the host's systemd manages cgroups and would
 * write over it (systemd.resource-control(5)). What isn't limited is among them, so that a limit can be taken out again.
 *
 * A machine that writes its own cgroup on v2 can raise the engine's limits there. Elsewhere they are out of its reach, and
 * only the number of processes is missing among the provider's inputs.
 */
export function cgroupLimits({ memory, cpus, pids }: LimitArgs, facts: HostFacts, access: CgroupAccess): string[] {
    const writesItsOwn = access !== "v1-parent" && access !== "v2-named";
    const bytes = memory === undefined ? undefined : mebibytes(memory) * 2 ** 20;
    const limits: (readonly [file: string, property: string, value?: number])[] = [
        ...(writesItsOwn ? ([["memory.max", "MemoryMax", bytes]] as const) : []),
        ...(writesItsOwn && facts.limits.swap
            ? ([["memory.swap.max", "MemorySwapMax", bytes === undefined ? undefined : 0]] as const)
            : []),
        ...(writesItsOwn ? ([["cpu.max", "CPUQuota", cpus]] as const) : []),
        ["pids.max", "TasksMax", pids],
    ];
    const hierarchy = facts.cgroupVersion === 1 ? "pids" : "";
    return limits.map(([file, property, value]) =>
        facts.cgroupDriver === "systemd"
            ? `${property}=${propertyValue(property, value)}`
            : `${hierarchy}:${file}:${fileValue(file, value)}`,
    );
}

function fileValue(file: string, value: number | undefined): string {
    const quota = file === "cpu.max" && value !== undefined ? Math.round(value * CPU_PERIOD) : value;
    return `${quota ?? "max"}${file === "cpu.max" ? ` ${CPU_PERIOD}` : ""}`;
}

/** Old versions of systemd take no fractions of a percent. */
function propertyValue(property: string, value: number | undefined): string {
    if (property === "CPUQuota") {
        return value === undefined ? "" : `${Math.ceil(value * 100)}%`;
    }
    return `${value ?? "infinity"}`;
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

/** Limits that this host would drop silently. */
export function limitHostProblems(args: LimitArgs, { limits }: HostFacts): Problem[] {
    const kinds = [
        ["memory", args.memory, limits.memory],
        ["cpus", args.cpus, limits.cpu],
        ["pids", args.pids, limits.pids],
    ] as const;
    return kinds
        .filter(([, value, enforced]) => value !== undefined && !enforced)
        .map(([argument, value]) => ({
            argument,
            value,
            allowed: "nothing: this host's engine can't enforce it",
            mend: "Leave it out, or enable the kernel's controller for it (docker info says what is missing)",
        }));
}

/** 0, which is too small, where it isn't a size. */
function mebibytes(size: string): number {
    const [, number, unit] = /^([1-9]\d*)(MiB|GiB)$/.exec(size) ?? ["", "0", "MiB"];
    return Number(number) * (unit === "GiB" ? 1024 : 1);
}
