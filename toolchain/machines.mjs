import { lastLines, run } from "./child.mjs";
import { parseJson } from "./json.mjs";
import { checkout } from "./paths.mjs";
import { Problem } from "./problem.mjs";

/**
 * One machine of the stack output `machines`, as far as these scripts need it; the components' MachineOutputs say more.
 *
 * @typedef {object} Machine
 * @property {string} container
 * @property {string} docker how to call Docker's CLI for it
 * @property {string} [kubectl] how to call Kubernetes' CLI for it, where it is a Pod
 * @property {string} [forward] the command that brings a Pod's ports to this computer
 * @property {string} address
 * @property {string[]} ports
 * @property {string} state
 * @property {number} bootSeconds
 * @property {number} systemdVersion
 */

/**
 * @param {string} stack
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<Record<string, Machine>>}
 */
export async function machinesOf(stack, env) {
    const words = ["stack", "output", "machines", "--json", "--stack", stack];
    const output = await run("pulumi", words, { env, cwd: checkout });
    if (!output.ok) {
        throw new Problem(
            `The stack ${stack} has no machines: ${lastLines(output, 1)}`,
            "npm start brings the usual one up; npm run logs -- <stack> names another one.",
        );
    }
    const machines = /** @type {Record<string, Machine> | "[secret]"} */ (parseJson(output.stdout));
    if (typeof machines === "string") {
        throw new Problem(
            `The machines of ${stack} are a secret, as the address of their engine is one.`,
            `npm run -s pulumi -- stack output machines --show-secrets --stack ${stack}`,
        );
    }
    return machines;
}

/** What tells where a machine is. @typedef {Pick<Machine, "container" | "docker" | "kubectl">} Place */

/**
 * The words of a command that runs another one in the machine.
 *
 * @param {Place} place
 * @param {string[]} words
 * @param {string[]} [options] of `exec`
 */
export function inside({ container, docker, kubectl }, words, options = []) {
    return kubectl === undefined
        ? [...docker.split(" "), "exec", ...options, container, ...words]
        : [...kubectl.split(" "), "exec", ...options, container, "--", ...words];
}

/** The words of a command that prints the machine's console. @param {Place} place */
export function consoleOf({ container, docker, kubectl }) {
    return [...(kubectl ?? docker).split(" "), "logs", container];
}
