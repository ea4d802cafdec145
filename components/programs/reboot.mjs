import { setTimeout as sleep } from "node:timers/promises";
import { Failure } from "./failure.mjs";
import { MACHINE, machine } from "./machine.mjs";
import { askMachine, NOT_READY } from "./machine-script.mjs";

/** Nobody believes after it that a machine will still come up. */
const PATIENCE_SECONDS = 600;

/** What in-machine/ready.sh waits for; a unit that has failed is the business of what is waited for after the last step. */
const environment = { TIMEOUT: `${PATIENCE_SECONDS}`, STATES: "running|degraded", UNITS: "", PORTS: "", COMMAND: "" };

/**
 * Waits until a machine that goes down is up again, or has ended. Until its systemd has begun anew, everything is ended that runs in
 * it, the question too.
 *
 * @returns {Promise<import("./call.mjs").Answer | undefined>} what it answers; undefined where it has ended
 */
export async function awaitNextBoot() {
    const end = Date.now() + PATIENCE_SECONDS * 1000;
    for (;;) {
        const answer = await askMachine("ready", environment, PATIENCE_SECONDS);
        if (answer.status === 0 || answer.status === NOT_READY || Date.now() > end) {
            return answer;
        }
        if ((await machine.look()).status === "exited") {
            return undefined;
        }
        await sleep(200);
    }
}

/**
 * Waits until the machine is up again that a step has rebooted.
 *
 * @param {string} title of the step
 */
export async function awaitReboot(title) {
    const answer = await awaitNextBoot();
    if (answer === undefined) {
        throw new Failure(
            `${title} has switched ${MACHINE} off, and ${machine.ADVICE.off}`,
            machine.ADVICE.insteadOfOff,
        );
    }
    if (answer.status !== 0) {
        throw new Failure(
            `${title} has rebooted ${MACHINE}, and it does not come up as it should:`,
            machine.complaint(answer),
        );
    }
    console.log(`${MACHINE} has rebooted.`);
}
