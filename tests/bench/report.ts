import { readFileSync } from "node:fs";
import * as path from "node:path";
import type { Boot } from "./boot";
import { PHASES } from "./contender";
import { goals } from "./goals";
import type { Surroundings } from "./surroundings";
import type { Result } from "./race";
import type { Span } from "./timeline";

/** What a run of the bench came to. */
export interface Outcome {
    readonly results: readonly Result[];
    /** Of one `up` of one machine. */
    readonly spans: readonly Span[];
    readonly boots: readonly Boot[];
    readonly surroundings: Surroundings;
}

/** What stands between what we aim at and what is; by a CPU profile, a sample of all processes, and systemd-analyze(1). */
const OBSTACLES = readFileSync(path.join(__dirname, "obstacles.md"), "utf8").trim();

/** As Markdown, which is what docs/performance.md has, and what the bench prints. */
export function report({ results, spans, boots, surroundings }: Outcome): string {
    return `${[
        "# Performance",
        "Written by `npm run bench`; the numbers are medians of one run. `up` lasts until every machine's systemd is `running`, `again` has nothing to do, " +
            "`change` comes after an edit of one machine's script, `down` leaves nothing. All contenders boot the same image with the same settings. " +
            "The Pulumi programs are TypeScript that uses the compiled package, with the README's two lines.",
        table([
            ["", ""],
            ["Computer", surroundings.computer],
            ["System", surroundings.system],
            ["Engine", surroundings.engine],
            ["Pulumi, Node", surroundings.pulumi],
            ["Date", surroundings.date],
            ["Load before", surroundings.load],
        ]),
        "![Seconds against machines](performance.svg)",
        "## How long people wait",
        table([["Machines", "", ...PHASES.map(String)], ...results.map(times)]),
        "## What we aim at",
        "Where no unit is named, it is how many times as long as the peer ours takes.",
        table([
            ["", "at most", "measured", ""],
            ...goals(results, boots).map(({ what, most, measured, unit }) => [
                what,
                `${most} ${unit}`,
                number(measured, unit, 2),
                measured <= most ? "✓" : "✗",
            ]),
        ]),
        "What stands in the way of the rest, as it was found on 29 November 2026:",
        OBSTACLES,
        "## Where the time goes",
        `One \`up\` of one machine with one step, resource by resource: one round, watched by Pulumi's Automation API, which takes time of its own. Pulumi begins with the first after ${number(spans[0]?.from, "s", 2)}.`,
        table([
            ["Resource", "from", "to", "lasts"],
            ...spans.map(({ resource, from, to }) => [
                resource,
                number(from, "s", 2),
                number(to, "s", 2),
                number(to - from, "s", 2),
            ]),
        ]),
        "## What it takes of the computer",
        "Everything that ran on it counts: the engine, the machines, Pulumi and its plugins. Memory is how much less there was at worst.",
        table([
            ["Machines", "", ...PHASES.map((phase) => `${phase}, CPU`), "up, memory"],
            ...results.map(({ machines, contender, costs }) => [
                String(machines),
                contender,
                ...PHASES.map((phase) => number(costs[phase]?.cpuSeconds, "s")),
                number(costs.up?.memoryMiB, "MiB", 0),
            ]),
        ]),
        "## One machine",
        "Userspace's time to boot, and the memory of its cgroup as soon as it has booted: the kernel's own included, without page cache and files in `/run`.",
        table([
            ["Image", "Boot", "Idle", "State"],
            ...boots.map(({ image, bootMilliseconds, idleMiB, state }) => [
                image,
                `${bootMilliseconds} ms`,
                number(idleMiB, "MiB", 1),
                state,
            ]),
        ]),
    ].join("\n\n")}\n`;
}

function times({ machines, contender, costs }: Result): string[] {
    return [String(machines), contender, ...PHASES.map((phase) => number(costs[phase]?.seconds, "s", 2))];
}

function number(value: number | undefined, unit: string, digits = 1): string {
    return value === undefined || Number.isNaN(value) ? "–" : `${value.toFixed(digits)} ${unit}`.trim();
}

function table([head, ...rows]: readonly (readonly string[])[]): string {
    return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}
