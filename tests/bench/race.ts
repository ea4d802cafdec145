import { type Contender, type Phase, PHASES } from "./contender";
import { type Cost, measure, median } from "./measure";

/** What became of a contender with so many machines. */
export interface Result {
    readonly machines: number;
    readonly contender: string;
    /** Of each phase, the round that took the middle of all times. */
    readonly costs: Partial<Record<Phase, Cost>>;
    readonly stateBytes?: number;
}

interface Entry {
    readonly contender: Contender;
    readonly runs: Partial<Record<Phase, Cost[]>>;
    stateBytes: number | undefined;
}

/** In turns, so that what else the computer does meanwhile disturbs all alike. */
export async function race(
    machines: number,
    contenders: readonly Contender[],
    rounds: number,
): Promise<readonly Result[]> {
    const entries = contenders.map((contender): Entry => ({ contender, runs: {}, stateBytes: undefined }));
    for (let round = 1; round <= rounds; round++) {
        for (const entry of entries) {
            for (const phase of PHASES) {
                const work = entry.contender.phases[phase];
                if (work !== undefined) {
                    (entry.runs[phase] ??= []).push(await measure(work));
                }
                entry.stateBytes = phase === "up" ? entry.contender.stateBytes?.() : entry.stateBytes;
            }
            console.log(`  ${machines}: round ${round} of ${rounds}: ${entry.contender.name}`);
        }
    }
    await Promise.all(contenders.map((contender) => contender.close()));
    return entries.map(({ contender, runs, stateBytes }) => ({
        machines,
        contender: contender.name,
        costs: Object.fromEntries(
            Object.entries(runs).map(([phase, costs]) => [phase, median(costs, ({ seconds }) => seconds)]),
        ),
        stateBytes,
    }));
}
