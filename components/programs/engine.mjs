import { call } from "./call.mjs";
import { Failure } from "./failure.mjs";
import { printableLines } from "./printable.mjs";

/**
 * Calls Docker's CLI, which knows every kind of address: Unix socket, ssh, tcp with TLS.
 *
 * @param {string[]} words
 * @param {import("./call.mjs").Options} [options]
 */
export function ask(words, options) {
    return call({ file: "docker", name: "Docker's CLI" }, words, options);
}

/**
 * What a call printed, which has to succeed.
 *
 * @param {string[]} words
 * @param {import("./call.mjs").Options} [options]
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
 * @param {import("./call.mjs").Answer} answer
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
