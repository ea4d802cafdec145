import type { Boot } from "./boot";
import { COMPOSE } from "./compose";
import { type Phase, PHASES } from "./contender";
import { FLOOR } from "./floor";
import type { Surroundings } from "./surroundings";
import { EMPTY, OURS } from "./programs";
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

/** As Markdown, which is what docs/performance.md has, and what the bench prints. */
export function report({ results, spans, boots, surroundings }: Outcome): string {
    const counts = [...new Set(results.map(({ machines }) => machines))];
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
        "How many times as long ours takes:",
        table([
            ["Machines", `up ÷ ${COMPOSE}`, `up ÷ ${FLOOR}`, `again ÷ ${EMPTY}`, `down ÷ ${COMPOSE}`],
            ...counts.map((machines) => [
                String(machines),
                ratio(results, machines, "up", COMPOSE),
                ratio(results, machines, "up", FLOOR),
                ratio(results, machines, "again", EMPTY),
                ratio(results, machines, "down", COMPOSE),
            ]),
        ]),
        "## Where the time goes",
        `One \`up\` of one machine with one step, resource by resource. Pulumi begins with the first after ${number(spans[0]?.from, "s", 2)}.`,
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
        ...beside(results, counts),
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

/** What is ours alone: the boots are the engine's work, whoever asks for them. */
function beside(results: readonly Result[], counts: readonly number[]): string[] {
    const [least, most] = [counts[0], counts[counts.length - 1]];
    const ours = (machines: number) => find(results, machines, OURS);
    const cpu = (find: Result | undefined) => find?.costs.up?.cpuSeconds ?? NaN;
    const own = cpu(ours(most)) - cpu(find(results, most, FLOOR));
    const bytes = ((ours(most)?.stateBytes ?? NaN) - (ours(least)?.stateBytes ?? NaN)) / (most - least);
    return [
        `CPU-seconds of \`up\` at ${most} machines beside what ${FLOOR} takes: **${own.toFixed(1)}**. ` +
            `State of each further machine, as the backend's file has it: **${number(bytes / 1024, "KiB", 1)}**.`,
    ];
}

function ratio(results: readonly Result[], machines: number, phase: Phase, peer: string): string {
    const seconds = (contender: string) => find(results, machines, contender)?.costs[phase]?.seconds ?? NaN;
    return number(seconds(OURS) / seconds(peer), "", 2, "×");
}

function find(results: readonly Result[], machines: number, contender: string): Result | undefined {
    return results.find((result) => result.machines === machines && result.contender === contender);
}

function number(value: number | undefined, unit: string, digits = 1, before = ""): string {
    return value === undefined || Number.isNaN(value) ? "–" : `${before}${value.toFixed(digits)} ${unit}`.trim();
}

function table([head, ...rows]: readonly (readonly string[])[]): string {
    return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}
