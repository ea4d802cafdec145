// npm run bench: how long people wait, as ratios against peers that bring up the same machines in the same run.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { SystemdSandbox } from "../../components";
import { debian } from "../support/base-image";
import { withStack } from "../support/stack";
import { compose } from "./compose";
import { type Contender, type Phase, PHASES } from "./contender";
import { floor } from "./floor";
import { sandbox } from "./sandbox";
import { settingsLike } from "./settings";

const COUNTS = [1, 10];
const ROUNDS = 3;

/** Seconds of each round, by phase. */
type Times = Record<Phase, number[]>;

async function bench(): Promise<void> {
    const directory = await mkdtemp(path.join(tmpdir(), "pulumi-centos-systemd-bench-"));
    const base = await debian("bookworm");
    // Its image and its cgroups are what all contenders use; they go when it goes.
    const model = () => {
        new SystemdSandbox("model", { ...base, machines: { model: {} } });
        return Promise.resolve();
    };
    try {
        await withStack(model, async (stack) => {
            console.log("Building the image, and a machine to read the settings off …");
            await stack.up();
            for (const count of COUNTS) {
                const names = Array.from({ length: count }, (_, index) => `node${index}`);
                const machines = new Map(
                    await Promise.all(
                        names.map(async (name) => [name, await settingsLike("model", "model", name)] as const),
                    ),
                );
                const contenders = [
                    await sandbox(directory, count, base),
                    ...(await compose(directory, machines).catch(leftOut)),
                    floor(machines),
                ];
                report(count, await race(contenders));
            }
        });
    } finally {
        await rm(directory, { recursive: true });
    }
}

function leftOut(error: Error): Contender[] {
    console.warn(`SKIPPED: docker compose can't be had here: ${error.message}`);
    return [];
}

/** In turns, so that what else the machine does meanwhile disturbs all alike. */
async function race(contenders: readonly Contender[]): Promise<Map<string, Times>> {
    const times = new Map<string, Times>(contenders.map(({ name }) => [name, { up: [], again: [], down: [] }]));
    for (let round = 1; round <= ROUNDS; round++) {
        for (const contender of contenders) {
            for (const phase of PHASES) {
                const start = performance.now();
                await contender[phase]?.();
                times.get(contender.name)?.[phase].push(contender[phase] ? (performance.now() - start) / 1000 : NaN);
            }
            console.log(`  round ${round} of ${ROUNDS}: ${contender.name}`);
        }
    }
    await Promise.all(contenders.map((contender) => contender.close()));
    return times;
}

function report(count: number, times: Map<string, Times>): void {
    const [[, ours]] = times;
    console.log(`\n${count} machine${count > 1 ? "s" : ""}: median seconds, and how many times as long ours takes`);
    for (const [name, each] of times) {
        const cells = PHASES.map((phase) => {
            const own = median(each[phase]);
            const ratio = median(ours[phase]) / own;
            return `${phase} ${Number.isNaN(own) ? "    -       " : `${own.toFixed(2).padStart(5)} ${`×${ratio.toFixed(1)}`.padEnd(6)}`}`;
        });
        console.log(`  ${name.padEnd(24)}${cells.join("  ")}`);
    }
    console.log();
}

function median(values: readonly number[]): number {
    return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

void bench().catch((error: unknown) => {
    console.error(error);
    process.exitCode = 1;
});
