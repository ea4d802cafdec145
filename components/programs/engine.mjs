import { spawn } from "node:child_process";
import process from "node:process";
import { Failure } from "./failure.mjs";
import { printableLines } from "./printable.mjs";

/**
 * What a call of Docker's CLI came to.
 *
 * @typedef {object} Answer
 * @property {number} status exit status; 128 and more where a signal ended it
 * @property {string} stdout
 * @property {string} stderr
 * @property {boolean} late whether it was ended because it took too long
 *
 * @typedef {object} Options
 * @property {string | Buffer} [input] what it reads from its standard input
 * @property {number} [seconds] until it is ended; it has as long as it takes without
 * @property {Record<string, string>} [environment] beside our own
 * @property {(text: string) => void} [onOutput] sees what it writes to either stream while it runs
 */

/** A machine, or a step in it, can print without end. No answer that anybody reads has a hundredth of it. */
const MOST_CHARACTERS = 1 << 25;

/**
 * Calls Docker's CLI, which knows every kind of address: Unix socket, ssh, tcp with TLS.
 *
 * @param {string[]} words
 * @param {Options} [options]
 * @returns {Promise<Answer>}
 */
export function ask(words, { input = "", seconds, environment = {}, onOutput } = {}) {
    return new Promise((resolve, reject) => {
        const child = spawn("docker", words, { env: { ...process.env, ...environment } });
        const answer = { status: 0, stdout: "", stderr: "", late: false };
        for (const stream of /** @type {const} */ (["stdout", "stderr"])) {
            child[stream].setEncoding("utf8").on("data", (/** @type {string} */ text) => {
                if (answer[stream].length < MOST_CHARACTERS) {
                    answer[stream] += text;
                }
                onOutput?.(text);
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
        child.on("error", ({ message }) => reject(new Failure(`Docker's CLI can't be run: ${message}`)));
        child.on("close", (code) => {
            clearTimeout(timer);
            resolve({ ...answer, status: code ?? 128 });
        });
        // It may end without reading all of it.
        child.stdin.on("error", () => {});
        child.stdin.end(input);
    });
}

/**
 * What a call printed, which has to succeed.
 *
 * @param {string[]} words
 * @param {Options} [options]
 */
export async function docker(words, options) {
    const answer = await ask(words, options);
    if (answer.status !== 0) {
        throw new Failure(`docker ${words[0]} failed: ${complaint(answer)}`);
    }
    return answer.stdout.trim();
}

/**
 * What the engine had to say against it.
 *
 * @param {Answer} answer
 */
export function complaint({ stderr, stdout }) {
    const said = (stderr.trim() || stdout.trim()).replace(/^(docker: )?(Error response from daemon: )?/i, "");
    return printableLines(
        said.replace(/\n+((See|Run) 'docker .*--help'.*|Error: failed to start containers: .*)$/, ""),
    );
}

/**
 * The words that a call printed, one for each line.
 *
 * @param {string[]} words
 */
export async function list(words) {
    return (await docker(words)).split("\n").filter((line) => line !== "");
}
