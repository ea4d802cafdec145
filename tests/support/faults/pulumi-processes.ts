import { readlinkSync } from "node:fs";
import { basename } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { familyOf, type Process, processes } from "../engines/processes";

/** Every Pulumi that was started from here, with its plugins, its program, and what these have started. */
function pulumis(): Process[] {
    const ours = processes().filter(({ parent, command }) => parent === process.pid && command === "pulumi");
    return ours.flatMap(({ pid }) => familyOf(pid));
}

/** kill -9 of all there is of it at once: nothing gets to clean up. */
export function killPulumi(): Promise<void> {
    return kill(pulumis());
}

/** kill -9 of a resource plugin alone. What it has started goes on without it. */
export function killPlugin(name: "docker" | "command"): Promise<void> {
    return kill(pulumis().filter(({ pid }) => programOf(pid) === `pulumi-resource-${name}`));
}

/** Ends when they have. */
async function kill(victims: readonly Process[]): Promise<void> {
    if (victims.length === 0) {
        throw new Error("there is no such process to be killed");
    }
    for (const { pid } of victims) {
        try {
            process.kill(pid, "SIGKILL");
        } catch {
            // It has ended by itself.
        }
    }
    const lives = ({ pid, started }: Process) =>
        processes().some((each) => each.pid === pid && each.started === started);
    while (victims.some(lives)) {
        await sleep(10);
    }
}

/** Names of processes are cut off after 15 characters. */
function programOf(pid: number): string {
    try {
        return basename(readlinkSync(`/proc/${pid}/exe`));
    } catch {
        return "";
    }
}
