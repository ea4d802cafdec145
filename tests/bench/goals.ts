import type { Boot } from "./boot";
import { COMPOSE } from "./compose";
import type { Phase } from "./contender";
import { FLOOR } from "./floor";
import { EMPTY, OURS } from "./programs";
import type { Result } from "./race";

/** What something may come to at most, and did. */
export interface Goal {
    readonly what: string;
    readonly most: number;
    readonly measured: number;
    /** Empty where it is how many times as long ours takes as a peer. */
    readonly unit: string;
}

type Ratio = readonly [machines: number, phase: Phase, peer: string, most: number];

const RATIOS: readonly Ratio[] = [
    [1, "up", COMPOSE, 1.6],
    [10, "up", COMPOSE, 1],
    [30, "up", COMPOSE, 0.7],
    [30, "up", FLOOR, 1.3],
    [1, "again", EMPTY, 1.4],
    [10, "again", EMPTY, 1.6],
    [30, "again", EMPTY, 2],
    [1, "down", COMPOSE, 2],
    [10, "down", COMPOSE, 1],
    [30, "down", COMPOSE, 0.35],
];

/** All of them; what wasn't measured in this run is left out. */
export function goals(results: readonly Result[], boots: readonly Boot[]): Goal[] {
    const machines = results.map((result) => result.machines);
    const [least, most] = [Math.min(...machines), Math.max(...machines)];
    const cpu = (contender: string) => find(results, most, contender)?.costs.up?.cpuSeconds ?? NaN;
    const bytes = (count: number) => find(results, count, OURS)?.stateBytes ?? NaN;
    const own = boots.find(({ image }) => image === OURS);
    const all: Goal[] = [
        ...RATIOS.map(([count, phase, peer, most]) => ({
            what: `\`${phase}\` of ${count} ÷ ${peer}`,
            most,
            measured: seconds(results, count, phase, OURS) / seconds(results, count, phase, peer),
            unit: "",
        })),
        {
            what: "state of each further machine, in the backend's file",
            most: 6,
            measured: (bytes(most) - bytes(least)) / (most - least) / 1024,
            unit: "KiB",
        },
        {
            // The boots are the engine's work, whoever asks for them.
            what: `CPU of \`up\` of ${most}, beside what ${FLOOR} takes`,
            most: 5,
            measured: cpu(OURS) - cpu(FLOOR),
            unit: "s",
        },
        { what: "userspace's boot", most: 0.1, measured: (own?.bootMilliseconds ?? NaN) / 1000, unit: "s" },
        { what: "an idle machine", most: 8, measured: own?.idleMiB ?? NaN, unit: "MiB" },
    ];
    return all.filter(({ measured }) => !Number.isNaN(measured));
}

function seconds(results: readonly Result[], machines: number, phase: Phase, contender: string): number {
    return find(results, machines, contender)?.costs[phase]?.seconds ?? NaN;
}

function find(results: readonly Result[], machines: number, contender: string): Result | undefined {
    return results.find((result) => result.machines === machines && result.contender === contender);
}
