import process from "node:process";
import * as container from "./container.mjs";
import * as pod from "./pod.mjs";
import { variable } from "./variables.mjs";

/** Its name. */
export const MACHINE = variable("MACHINE");

/** As engines have them; a Pod's is a UUID. */
const CONTAINER_ID = /^[0-9a-f]{64}$/;

/**
 * The machine that this program is for: a namespace is where a Pod is. But whoever runs Pulumi may have a NAMESPACE in their own
 * environment, where the machine is a container.
 *
 * @type {import("./machine-type.mjs").Machine}
 */
export const machine =
    process.env["NAMESPACE"] && !CONTAINER_ID.test(process.env["MACHINE_ID"] ?? "") ? pod : container;

/** Waits until it has stopped, which it is about to: PID 1 ends the other processes first. After ten seconds, it hangs. */
export async function stopped() {
    for (let attempt = 0; attempt < 50 && (await machine.look()).status === "running"; attempt++) {
        await new Promise((resolve) => setTimeout(resolve, 200));
    }
}

/** The last lines on its console, once PID 1 has said its last words. */
export async function lastWords() {
    await stopped();
    return machine.lastLines();
}
