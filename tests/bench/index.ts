// npm run bench: how long people wait, beside peers that bring up the same machines in the same run; writes docs/performance.md.
// npm run bench -- --quick: one round of few machines, and only prints.
// npm run bench -- --kubernetes: ten machines on a cluster, beside plain Pods, and only prints.
import { execFileSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { format, resolveConfig } from "prettier";
import { SystemdSandbox } from "../../components";
import { imageRepository } from "../../components/docker/image-name";
import { type DebianImage, debian } from "../support/base-image";
import { docker } from "../support/docker";
import { CHECKOUT, withStack } from "../support/stack";
import { boots } from "./boot";
import { chart } from "./chart";
import { compose } from "./compose";
import type { Contender } from "./contender";
import { benchOnCluster } from "./kubernetes";
import { floor } from "./floor";
import { emptyProgram, sandboxProgram } from "./programs";
import { pulumiProject } from "./pulumi-project";
import { race, type Result } from "./race";
import { type Outcome, report } from "./report";
import { type Settings, settingsLike } from "./settings";
import { surroundings } from "./surroundings";
import type { Span } from "./timeline";

const PLAN = { counts: [1, 10, 30], rounds: 3, boots: 5 };
const QUICK: typeof PLAN = { counts: [1, 10], rounds: 1, boots: 1 };

async function bench(quick: boolean): Promise<void> {
    const where = await surroundings();
    execFileSync("npm", ["run", "-s", "build"], { cwd: CHECKOUT, stdio: "inherit" });
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
            const { counts, rounds, boots: bootRounds } = quick ? QUICK : PLAN;
            const results: Result[] = [];
            for (const count of counts) {
                results.push(...(await race(count, await contenders(directory, count, base), rounds)));
            }
            const spans = await timelineOfOne(directory, base);
            const alone = await settingsLike("model", "model", "boot");
            const seen = await boots(alone, base.baseImage, bootRounds);
            await publish({ results, spans, boots: seen, surroundings: where }, quick);
        });
    } finally {
        await rm(directory, { recursive: true });
    }
}

async function contenders(directory: string, count: number, base: DebianImage): Promise<Contender[]> {
    const names = Array.from({ length: count }, (_, index) => `node${index}`);
    const machines = new Map<string, Settings>();
    for (const name of names) {
        machines.set(name, await settingsLike("model", "model", name));
    }
    const stack = `bench${count}`;
    const ours = await pulumiProject(directory, stack, sandboxProgram(count, base));
    // Not measured: the first one builds the image, which the others have already.
    await ours.phases.up?.();
    await ours.phases.down?.();
    return [
        {
            ...ours,
            close: async () => {
                await ours.close();
                await removeImage(stack, base);
            },
        },
        await pulumiProject(directory, `empty${count}`, emptyProgram),
        ...(await compose(directory, machines).catch(leftOut)),
        floor(machines),
    ];
}

/** Where the time of an `up` of one machine goes, whose image is built already. */
async function timelineOfOne(directory: string, base: DebianImage): Promise<Span[]> {
    const stack = "timeline";
    const ours = await pulumiProject(directory, stack, sandboxProgram(1, base));
    await ours.phases.up?.();
    await ours.phases.down?.();
    const spans = await ours.timeline();
    await ours.phases.down?.();
    await ours.close();
    await removeImage(stack, base);
    return spans;
}

function removeImage(stack: string, base: DebianImage): Promise<string> {
    return docker(["image", "rm", `${imageRepository(stack)}:${base.distribution}`]);
}

function leftOut(error: Error): Contender[] {
    console.warn(`SKIPPED: docker compose can't be had here: ${error.message}`);
    return [];
}

async function publish(outcome: Outcome, quick: boolean): Promise<void> {
    const page = path.join(CHECKOUT, "docs/performance.md");
    const text = await format(report(outcome), { ...(await resolveConfig(page)), parser: "markdown" });
    console.log(text);
    if (!quick) {
        await writeFile(page, text);
        await writeFile(path.join(CHECKOUT, "docs/performance.svg"), `${await chart(outcome.results)}\n`);
    }
}

const quick = process.argv.includes("--quick");
const run = process.argv.includes("--kubernetes") ? benchOnCluster((quick ? QUICK : PLAN).rounds) : bench(quick);
void run.catch((error: unknown) => {
    console.error(error);
    process.exitCode = 1;
});
