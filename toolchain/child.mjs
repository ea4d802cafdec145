import { spawn } from "node:child_process";
import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join } from "node:path";
import process from "node:process";
import { ending } from "./ending.mjs";
import { endGroup, unwatch, watch } from "./process-group.mjs";

/**
 * @typedef {object} Ended
 * @property {boolean} ok whether it could be started and ended with 0
 * @property {string} stdout
 * @property {string} stderr why it couldn't be started, where it couldn't
 *
 * @typedef {object} Options
 * @property {NodeJS.ProcessEnv} [env]
 * @property {string} [cwd]
 * @property {(line: string) => void} [onLine] sees every line of both streams while it runs
 * @property {AbortSignal} [signal] ends it, with its children
 * @property {boolean} [whole] is not ended in the middle, even where it is of no use any more
 * @property {number} [output] a file that stdout goes to, untouched, instead of into the answer
 */

/**
 * Runs a command to its end. Never throws: a command that fails is an answer too.
 *
 * @param {string} command
 * @param {string[]} words
 * @param {Options} [options]
 * @returns {Promise<Ended>}
 */
export function run(command, words, { env = process.env, cwd, onLine, signal, output, whole = false } = {}) {
    const signals = [signal, whole ? undefined : ending()].filter((each) => each !== undefined);
    if (signals.some(({ aborted }) => aborted)) {
        return Promise.resolve({ ok: false, stdout: "", stderr: `${command} was of no use any more` });
    }
    return new Promise((done) => {
        // A group of its own where it may have to be ended: `npm`, `go` and install scripts have children.
        const detached = signals.length > 0;
        const child = spawn(command, words, { cwd, env, detached, stdio: ["ignore", output ?? "pipe", "pipe"] });
        const group = detached ? child.pid : undefined;
        const end = () => group !== undefined && endGroup(group);
        signals.forEach((each) => each.addEventListener("abort", end));
        if (group !== undefined) {
            watch(group);
        }
        const ended = { stdout: "", stderr: "" };
        child.stdout?.setEncoding("utf8").on("data", collect("stdout"));
        child.stderr?.setEncoding("utf8").on("data", collect("stderr"));
        child.on("error", (error) => done({ ok: false, stdout: "", stderr: error.message }));
        child.on("close", (code) => {
            signals.forEach((each) => each.removeEventListener("abort", end));
            if (group !== undefined) {
                unwatch(group);
            }
            done({ ok: code === 0, ...ended });
        });

        /** @param {"stdout" | "stderr"} stream */
        function collect(stream) {
            return (/** @type {string} */ text) => {
                ended[stream] += text;
                text.split(/[\r\n]+/)
                    .filter((line) => line.trim() !== "")
                    .forEach((line) => onLine?.(line.trim()));
            };
        }
    });
}

/**
 * The answers of several commands as one.
 *
 * @param {Ended[]} answers
 * @returns {Ended}
 */
export function together(answers) {
    return {
        ok: answers.every(({ ok }) => ok),
        stdout: answers.map(({ stdout }) => stdout).join(""),
        stderr: answers.map(({ stderr }) => stderr).join(""),
    };
}

/**
 * The last lines a command wrote, for a message.
 *
 * @param {Ended} ended
 */
export function lastLines(ended, count = 15) {
    const text = ended.stderr.trim() === "" ? ended.stdout : ended.stderr;
    return text.trim().split("\n").slice(-count).join("\n  ");
}

/**
 * Where a command lies, as the shell would find it.
 *
 * @param {string} command
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {string | undefined}
 */
export function which(command, env = process.env) {
    return (env["PATH"] ?? "")
        .split(delimiter)
        .filter((directory) => directory !== "")
        .map((directory) => join(directory, command))
        .find(isExecutable);
}

/** @param {string} path */
export function isExecutable(path) {
    try {
        accessSync(path, constants.X_OK);
        return statSync(path).isFile();
    } catch {
        return false;
    }
}
