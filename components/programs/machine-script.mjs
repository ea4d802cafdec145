import { machineText } from "./in-machine.mjs";
import { machine } from "./machine.mjs";

/** Scripts of in-machine/ end with it when the machine is up otherwise than it should be. */
export const NOT_READY = 3;

/**
 * The command of a script of in-machine/ that leaves its standard input alone.
 *
 * @param {string} script
 * @param {string} name by which it calls itself
 * @param {string[]} words
 */
export function scriptCommand(script, name, ...words) {
    return ["/bin/sh", "-euc", machineText(script), name, ...words];
}

/**
 * Runs a script in the machine, all in one exec: polling with many from the first millisecond disturbs the boot
 * (https://github.com/kubernetes-sigs/kind/issues/2409).
 *
 * @param {string} script
 * @param {Record<string, string>} variables
 * @param {number} seconds until it is ended
 */
export function askMachine(script, variables, seconds) {
    return machine.run(["/bin/sh", "-s"], { variables, input: machineText(script), seconds });
}
