import { dirname } from "node:path";
import process from "node:process";
import { run, together, which } from "./child.mjs";
import { environment, findGo, isAtLeast, options, readGoMod } from "./go.mjs";
import { plugins } from "./parts.mjs";
import { inCheckout } from "./paths.mjs";
import { Problem } from "./problem.mjs";

/** @typedef {import("./child.mjs").Ended} Ended */

/**
 * @param {(go: string) => Promise<Ended>} check
 * @returns {Promise<Ended | string>} the reason where there is no Go that is new enough
 */
async function withGo(check) {
    const needed = plugins.map(({ directory }) => readGoMod(directory).go);
    const newest = needed.reduce((one, other) => (isAtLeast(one, other) ? one : other));
    try {
        return await check(await findGo(newest, "it checks the plugins' sources."));
    } catch (error) {
        if (!(error instanceof Problem)) {
            throw error;
        }
        return error.message.split("\n")[0];
    }
}

/**
 * With the options that they are built with: what was compiled for that is then found. What only tests need isn't looked at: it is
 * a few lines around upstream's code, which alone would take a quarter of an hour (kube), or isn't whole before it is built
 * (pulumi-resource-kubernetes).
 */
export function goVet() {
    return withGo(async (go) => {
        const answers = [];
        // One after the other: they have most packages in common.
        for (const { directory, tags } of plugins) {
            answers.push(await run(go, ["vet", ...options(tags), "./..."], { cwd: directory, env: environment() }));
        }
        return together(answers);
    });
}

/** Says nothing where all is formatted, and always that it went well. */
export function gofmt() {
    return withGo(async (go) => {
        const beside = which("gofmt", { PATH: `${dirname(go)}:${process.env["PATH"]}` }) ?? "gofmt";
        const ended = await run(beside, ["-l", inCheckout("toolchain", "go")]);
        return { ...ended, ok: ended.ok && ended.stdout === "" };
    });
}
