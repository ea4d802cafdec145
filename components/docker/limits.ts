import type { Access } from "../cgroups/access";
import type { HostFacts } from "../host/facts";
import type { Limits } from "../machine/limits/limits";

/** The kernel's own period, in microseconds (cgroup-v2.rst, cpu.max). */
const CPU_PERIOD = 100_000;

/** The limits as the container gets them, memory in MiB. */
export function containerLimits(
    { memory, cpus }: Limits,
    { limits }: HostFacts,
): { memory?: number; memorySwap?: number; cpuPeriod?: number; cpuQuota?: number } {
    return {
        memory,
        // Left out, the engine would say "twice the memory", and every `pulumi up` would differ. Equal is: no swap.
        memorySwap: memory === undefined ? undefined : limits.swap ? memory : -1,
        // Not the provider's own `cpus`: what it reads back of it is other text (1 is "1.0", 10 is "10."), a new machine each time.
        cpuPeriod: cpus === undefined ? undefined : CPU_PERIOD,
        cpuQuota: cpus === undefined ? undefined : Math.round(cpus * CPU_PERIOD),
    };
}

/** Limits as the kernel takes them, `hierarchy file value` (cgroup-v2.rst; a dash for the unified hierarchy), and as the host's systemd does, `Property=value` (systemd.resource-control(5)). */
export interface CgroupLimits {
    readonly files: readonly string[];
    readonly properties: readonly string[];
}

/** Nobody is charged for the kernel's memory of a cgroup. A machine has about fifty; one that runs containers, some hundreds. */
const MOST_CGROUPS = 4096;

/**
 * The limits of the cgroup around the container's own, which nobody in the machine may write. Where the host's systemd manages
 * cgroups, it would write over what the kernel is told behind its back: it is told itself what it knows. What isn't limited is
 * among them, so that a limit can be taken out again.
 *
 * A machine that writes its own cgroup on v2 can raise the engine's limits there. Elsewhere they are out of its reach, and
 * only the number of processes is missing among the provider's inputs.
 */
export function cgroupLimits(
    { memory, cpus, pids }: Limits,
    facts: HostFacts,
    { writesItsLimits }: Access,
): CgroupLimits {
    const bytes = memory === undefined ? undefined : memory * 2 ** 20;
    const limits: (readonly [file: string, property: string, value?: number])[] = [
        ...(writesItsLimits ? ([["memory.max", "MemoryMax", bytes]] as const) : []),
        ...(writesItsLimits && facts.limits.swap
            ? ([["memory.swap.max", "MemorySwapMax", bytes === undefined ? undefined : 0]] as const)
            : []),
        ...(writesItsLimits ? ([["cpu.max", "CPUQuota", cpus]] as const) : []),
        ["pids.max", "TasksMax", pids],
    ];
    const hierarchy = facts.cgroupVersion === 1 ? "pids" : "-";
    const bySystemd = facts.cgroupDriver === "systemd";
    return {
        files: [
            ...(bySystemd ? [] : limits.map(([file, , value]) => `${hierarchy} ${file} ${fileValue(file, value)}`)),
            // systemd has no property for it, and so leaves it alone.
            ...(writesItsLimits ? [`- cgroup.max.descendants ${MOST_CGROUPS}`] : []),
        ],
        properties: bySystemd
            ? limits.map(([, property, value]) => `${property}=${propertyValue(property, value)}`)
            : [],
    };
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

/** Whether there is anything to limit, by the person's wish or of ourselves. */
export function isLimited(limits: Limits, { writesItsLimits }: Access): boolean {
    return writesItsLimits || Object.values(limits).some((limit) => limit !== undefined);
}
