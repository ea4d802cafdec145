import { readFileSync } from "node:fs";
import { ask } from "./engine.mjs";
import { MACHINE } from "./machine.mjs";

/** Scripts of in-machine/ end with it when the machine is up otherwise than it should be. */
export const NOT_READY = 3;

/** The text of a script of in-machine/. @param {string} name */
export function machineScript(name) {
    return readFileSync(new URL(`in-machine/${name}.sh`, import.meta.url), "utf8");
}

/**
 * Runs a script in the machine, all in one exec: polling with many from the first millisecond disturbs the boot
 * (https://github.com/kubernetes-sigs/kind/issues/2409).
 *
 * @param {string} script
 * @param {Record<string, string>} environment
 * @param {number} seconds until it is ended
 */
export function askMachine(script, environment, seconds) {
    const variables = Object.keys(environment).flatMap((name) => ["--env", name]);
    const input = machineScript(script);
    return ask(["exec", "-i", ...variables, MACHINE, "/bin/sh", "-s"], { input, environment, seconds });
}
