// Runs a command in the project's environment: node toolchain/exec.mjs pulumi …
import { spawn } from "node:child_process";
import { constants } from "node:os";
import process from "node:process";
import { environment, requireToolchain } from "./environment.mjs";
import { isMain } from "./paths.mjs";
import { main, Problem } from "./problem.mjs";

/**
 * @param {string} command
 * @param {string[]} words
 * @param {string} [cwd]
 * @returns {Promise<number>} the exit code; of a command that a signal ended, 128 and the signal's number, as in a shell
 */
export async function execute(command, words, cwd) {
    const env = await environment();
    return new Promise((done, fail) => {
        // Ctrl-C reaches the child by itself, and a second one would make Pulumi stop at once and lose its state.
        const fromTerminal = process.stdin.isTTY ? ["SIGINT", "SIGHUP"] : [];
        /** @type {import("node:child_process").ChildProcess | undefined} */
        let child = undefined;
        // Before it is started: a signal in between would leave it alone.
        for (const signal of /** @type {NodeJS.Signals[]} */ (["SIGINT", "SIGHUP", "SIGTERM"])) {
            process.on(signal, () => fromTerminal.includes(signal) || child?.kill(signal));
        }
        child = spawn(command, words, { cwd, env, stdio: "inherit" });
        child.on("error", (error) => fail(new Problem(`${command} can't be started: ${error.message}`)));
        child.on("exit", (code, signal) => done(signal === null ? (code ?? 1) : 128 + constants.signals[signal]));
    });
}

if (isMain(import.meta.url)) {
    await main(async () => {
        const [command, ...words] = process.argv.slice(2);
        if (command === undefined) {
            throw new Problem("What to run? For example:", "node toolchain/exec.mjs pulumi stack ls");
        }
        await requireToolchain();
        process.exitCode = await execute(command, words);
    });
}
