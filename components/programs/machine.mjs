import { ask, complaint, docker } from "./engine.mjs";
import { Failure } from "./failure.mjs";
import { inspect } from "./inspect.mjs";
import { printableLines } from "./printable.mjs";
import { mendStart } from "./start-failure.mjs";
import { variable } from "./variables.mjs";

/** The machine that this program is for. */
export const MACHINE = variable("MACHINE");

/** What the engine says of it. */
export async function inspectMachine() {
    const [machine] = await inspect("container", [MACHINE]);
    if (machine === undefined) {
        throw new Failure(`${MACHINE} is gone: somebody removed the container. The next pulumi up makes it anew.`);
    }
    return machine;
}

/** Starts it, unless it runs. */
export async function start() {
    const { State } = await inspectMachine();
    if (State.Status === "running") {
        return;
    }
    const answer = await ask(["start", MACHINE]);
    if (answer.status !== 0) {
        const why = complaint(answer);
        throw new Failure(`${MACHINE} can't be started: ${why}`, mendStart(why));
    }
}

/** Stops it, and with it everything that it publishes. */
export function stop() {
    return docker(["stop", MACHINE]);
}

/** Waits until it has stopped, which it is about to: PID 1 ends the other processes first. After ten seconds, it hangs. */
export async function stopped() {
    for (let attempt = 0; attempt < 50 && (await inspectMachine()).State.Status === "running"; attempt++) {
        await new Promise((resolve) => setTimeout(resolve, 200));
    }
}

/** The last lines on its console, once PID 1 has said its last words. */
export async function lastWords() {
    await stopped();
    const { stdout, stderr } = await ask(["logs", "--tail=16", MACHINE]);
    return printableLines(`${stdout}${stderr}`.trim());
}
