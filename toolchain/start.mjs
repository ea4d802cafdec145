// Brings the sandbox up on whatever machine this is: npm start
import { needsFallback, fallback } from "./base-image.mjs";
import { bootstrap } from "./bootstrap.mjs";
import { lastLines, run } from "./child.mjs";
import { environment } from "./environment.mjs";
import { execute } from "./exec.mjs";
import { machinesOf } from "./machines.mjs";
import { checkout, isMain } from "./paths.mjs";
import { main, Problem } from "./problem.mjs";
import { configured, stack } from "./stack-config.mjs";
import { nextCommands, table } from "./table.mjs";

async function start() {
    await bootstrap();
    await pulumi("stack", "select", "--create", stack);
    await useFallback();
    const code = await execute("pulumi", ["up", "--yes", "--stack", stack], checkout);
    if (code !== 0) {
        throw new Problem(
            `pulumi up ended with ${code}; what went wrong is said above.`,
            "npm start goes on from here; npm stop removes what is there.",
        );
    }
    const machines = await machinesOf(stack, await environment());
    console.log(`\n${table(machines)}\n\n${nextCommands(machines)}`);
}

/** Where only the stand-in for the base image is here, the stack has to name it, unless it says what it takes. */
async function useFallback() {
    const chosen = await Promise.all(["distribution", "baseImage", "base"].map((key) => configured(key)));
    if (chosen.some((value) => value !== undefined) || !(await needsFallback())) {
        return;
    }
    const settings = Object.entries(fallback).flatMap(([key, value]) => ["--plaintext", `${key}=${value}`]);
    await pulumi("config", "set-all", "--stack", stack, ...settings);
}

/** @param {string[]} words */
async function pulumi(...words) {
    const ended = await run("pulumi", words, { env: await environment(), cwd: checkout });
    if (!ended.ok) {
        throw new Problem(`pulumi ${words.join(" ")} failed:`, lastLines(ended));
    }
    return ended.stdout;
}

if (isMain(import.meta.url)) {
    await main(start);
}
