import { spawn } from "node:child_process";
import process from "node:process";
import { Failure } from "./failure.mjs";

/**
 * What a call of a CLI came to.
 *
 * @typedef {object} Answer
 * @property {number} status exit status; 128 and more where a signal ended it
 * @property {string} stdout
 * @property {string} stderr
 * @property {boolean} late whether it was ended because it took too long
 * @property {boolean} [lost] whether it is the CLI that failed, and nobody knows how the command in the machine has ended
 *
 * @typedef {object} Options
 * @property {string | Buffer} [input] what it reads from its standard input
 * @property {number} [seconds] until it is ended; it has as long as it takes without
 * @property {Record<string, string>} [environment] beside our own
 * @property {(text: string, stream: "stdout" | "stderr") => void} [onOutput] sees what it writes while it runs
 */

/** A machine, or a step in it, can print without end. No answer that anybody reads has a hundredth of it. */
const MOST_CHARACTERS = 1 << 25;

/**
 * Calls a CLI of this machine.
 *
 * @param {{ file: string, name: string, missing?: string }} cli what is run, how a person calls it, and what to say where it isn't there
 * @param {string[]} words
 * @param {Options} [options]
 * @returns {Promise<Answer>}
 */
export function call({ file, name, missing }, words, { input = "", seconds, environment = {}, onOutput } = {}) {
    return new Promise((resolve, reject) => {
        const child = spawn(file, words, { env: { ...process.env, ...environment } });
        const answer = { status: 0, stdout: "", stderr: "", late: false };
        for (const stream of /** @type {const} */ (["stdout", "stderr"])) {
            child[stream].setEncoding("utf8").on("data", (/** @type {string} */ text) => {
                if (answer[stream].length < MOST_CHARACTERS) {
                    answer[stream] += text;
                }
                onOutput?.(text, stream);
            });
        }
        const timer =
            seconds &&
            setTimeout(() => {
                answer.late = true;
                child.kill("SIGKILL");
                // What it has started itself, such as an ssh, may hold on to them for ever.
                child.stdout.destroy();
                child.stderr.destroy();
            }, seconds * 1000);
        child.on("error", (/** @type {NodeJS.ErrnoException} */ { message, code }) =>
            reject(new Failure(code === "ENOENT" && missing ? missing : `${name} can't be run: ${message}`)),
        );
        child.on("close", (code) => {
            clearTimeout(timer);
            resolve({ ...answer, status: code ?? 128 });
        });
        // It may end without reading all of it.
        child.stdin.on("error", () => {});
        child.stdin.end(input);
    });
}
