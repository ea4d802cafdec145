import type { BadValue } from "../../rules/problem";
import { sizeProblems } from "../../rules/size";
import { wholeNumberProblems } from "../../rules/whole-number";
import type { ArgumentTable } from "../argument";

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
     * @asType integer
     * @default the host's
     */
    pids?: number;
}

/** The limits that were asked for; memory in MiB. */
export interface Limits {
    readonly memory?: number;
    readonly cpus?: number;
    readonly pids?: number;
}

export interface LimitSpec {
    readonly limits: Limits;
}

/** 0, which is too small, where it isn't a size. */
function mebibytes(size: string): number {
    const [, number, unit] = /^([1-9]\d*)(MiB|GiB)$/.exec(size) ?? ["", "0", "MiB"];
    return Number(number) * (unit === "GiB" ? 1024 : 1);
}

/** The smallest in which the tests' machines boot with some room. */
const LEAST_MEBIBYTES = 64;

function memoryProblems(memory: string, argument: string): BadValue[] {
    if (mebibytes(memory) < LEAST_MEBIBYTES) {
        const allowed = `a whole number of MiB or GiB, ${LEAST_MEBIBYTES}MiB or more: "512MiB"`;
        return [{ argument, value: memory, allowed }];
    }
    return sizeProblems(argument, memory);
}

/** No kernel is built for more (NR_CPUS, arch/x86/Kconfig). */
const MOST_PROCESSORS = 8192;

function cpuProblems(cpus: number, argument: string): BadValue[] {
    return Number.isFinite(cpus) && cpus >= 0.01 && cpus <= MOST_PROCESSORS
        ? []
        : [{ argument, value: cpus, allowed: `a number of processors, 0.01 or more, at most ${MOST_PROCESSORS}` }];
}

/** The kernel's own maximum (proc(5), /proc/sys/kernel/pid_max). */
const MOST_PROCESSES = 4_194_304;

function pidsProblems(pids: number, argument: string): BadValue[] {
    return wholeNumberProblems(argument, pids, 32, MOST_PROCESSES);
}

export const LIMITS = {
    memory: {
        problems: memoryProblems,
        spec: (size) => ({ limits: { memory: size === undefined ? undefined : mebibytes(size) } }),
    },
    cpus: { problems: cpuProblems, spec: (cpus) => ({ limits: { cpus } }) },
    pids: { problems: pidsProblems, spec: (pids) => ({ limits: { pids } }) },
} satisfies ArgumentTable<LimitArgs, LimitSpec>;
