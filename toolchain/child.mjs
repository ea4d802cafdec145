import { spawn } from "node:child_process";
import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join } from "node:path";
import process from "node:process";

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
 */

/**
 * Runs a command to its end. Never throws: a command that fails is an answer too.
 *
 * @param {string} command
 * @param {string[]} words
 * @param {Options} [options]
 * @returns {Promise<Ended>}
 */
export function run(command, words, { env = process.env, cwd, onLine, signal } = {}) {
    return new Promise((done) => {
        // A group of its own where it may have to be ended: `npm`, `apt-get` and install scripts have children.
        const detached = signal !== undefined;
        const child = spawn(command, words, { cwd, env, detached, stdio: ["ignore", "pipe", "pipe"] });
        const kill = () => child.pid !== undefined && endGroup(child.pid);
        signal?.addEventListener("abort", kill);
        // Nor does Ctrl-C reach such a group by itself.
        const interrupted = () => (kill(), process.exit(130));
        if (detached) {
            process.once("SIGINT", interrupted);
        }
        const ended = { stdout: "", stderr: "" };
        child.stdout.setEncoding("utf8").on("data", collect("stdout"));
        child.stderr.setEncoding("utf8").on("data", collect("stderr"));
        child.on("error", (error) => done({ ok: false, stdout: "", stderr: error.message }));
        child.on("close", (code) => {
            signal?.removeEventListener("abort", kill);
            process.off("SIGINT", interrupted);
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

/** @param {number} pid */
function endGroup(pid) {
    try {
        process.kill(-pid, "SIGTERM");
    } catch {
        // It ended in this very moment.
    }
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
