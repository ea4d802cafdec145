import { readFileSync } from "node:fs";

/** What a piece of work has cost this computer. Everything that runs on it counts: engines, machines, and what has ended. */
export interface Cost {
    readonly seconds: number;
    /** Of all processors together. */
    readonly cpuSeconds: number;
    /** By how much the available memory had shrunk when there was the least of it. Page cache counts as available. */
    readonly memoryMiB: number;
}

/** Often enough to see a program that lives for half a second, and no work to speak of. */
const SAMPLE_MILLISECONDS = 50;

/** The unit of /proc/stat: USER_HZ, 100 on every architecture that Docker has (proc(5)). */
const TICKS = 100;

export async function measure(work: () => Promise<void>): Promise<Cost> {
    const [before, busy, start] = [availableMiB(), busySeconds(), performance.now()];
    let least = before;
    const sampling = setInterval(() => (least = Math.min(least, availableMiB())), SAMPLE_MILLISECONDS);
    try {
        await work();
    } finally {
        clearInterval(sampling);
    }
    return {
        seconds: (performance.now() - start) / 1000,
        cpuSeconds: busySeconds() - busy,
        memoryMiB: before - Math.min(least, availableMiB()),
    };
}

function availableMiB(): number {
    return Number(/^MemAvailable: *(\d+) kB$/m.exec(readFileSync("/proc/meminfo", "utf8"))?.[1]) / 1024;
}

/** All but idling and waiting for disks. A guest's time is in the user's already. */
function busySeconds(): number {
    const [user, nice, system, , , interrupts, softInterrupts] = readFileSync("/proc/stat", "utf8")
        .split("\n")[0]
        .split(/ +/)
        .slice(1)
        .map(Number);
    return (user + nice + system + interrupts + softInterrupts) / TICKS;
}

/** The middle one by the given measure; of an even number, the upper of the two. */
export function median<T>(values: readonly T[], by: (value: T) => number): T {
    return [...values].sort((a, b) => by(a) - by(b))[Math.floor(values.length / 2)];
}
