// Starts a machine, unless it runs, and waits until it is ready.
// Prints one line of JSON (components/operations/readiness.ts): what the machine says of itself, and what the engine says of it.
// Environment: what the machine is reached by (container.mjs, pod.mjs), SSH (whether it has a host key to tell), and for
// in-machine/ready.sh TIMEOUT, STATES, UNITS, PORTS, COMMAND
import { Failure, main } from "./failure.mjs";
import { jsonOrNothing } from "./json.mjs";
import { lastWords, MACHINE, machine } from "./machine.mjs";
import { askMachine, NOT_READY } from "./machine-script.mjs";
import { printableLines } from "./printable.mjs";
import { variable } from "./variables.mjs";

/** How much longer than its own time-out it may take until nobody believes that it will still end. */
const GRACE_SECONDS = 15;

/** What a machine says of itself. @typedef {{ state?: unknown, systemdVersion?: unknown, bootMilliseconds?: unknown }} Said */

async function ready() {
    const reached = await machine.start(Number(variable("TIMEOUT")));
    const { state, systemdVersion, bootMilliseconds } = parse(await inside("ready"));
    return {
        state,
        systemdVersion,
        bootMilliseconds,
        ...reached,
        ...(variable("SSH") === "yes" && { hostKey: (await inside("host-key")).slice(0, 1024).trim() }),
    };
}

/** What a script in the machine prints, which has to end well. @param {string} script */
async function inside(script) {
    const names = ["TIMEOUT", "STATES", "UNITS", "PORTS", "COMMAND"];
    const variables = Object.fromEntries(names.map((name) => [name, variable(name)]));
    const seconds = Number(variable("TIMEOUT")) + GRACE_SECONDS;
    const answer = await askMachine(script, variables, seconds);
    if (answer.late) {
        throw new Failure(
            `${MACHINE} gives no answer: a command in it did not end within ${seconds} s.`,
            `It may be frozen, or short of memory: ${machine.ADVICE.thaw}`,
        );
    }
    if (answer.status === NOT_READY) {
        throw new Failure(printableLines(answer.stderr.trim()));
    }
    // As newer runtimes say where a machine's root has frozen its cgroup; older ones wait for ever.
    if (answer.status !== 0 && machine.complaint(answer).includes("paused container")) {
        throw new Failure(`${MACHINE} is frozen: nothing in it moves.`, machine.ADVICE.thaw);
    }
    if (answer.status !== 0) {
        throw await withoutAnswer(answer);
    }
    return answer.stdout;
}

/**
 * PID 1 that is gone has taken the exec with it. But a machine may run, and only have no room for one more process.
 *
 * @param {import("./call.mjs").Answer} answer
 */
async function withoutAnswer(answer) {
    const console = await lastWords();
    const how = answer.lost ? "can't be followed to its end" : `ended with exit status ${answer.status}`;
    return (await machine.look()).status === "running"
        ? new Failure(
              `${MACHINE} runs, but a command in it ${how}: ${machine.complaint(answer)}`,
              "Its console said at last:",
              console,
          )
        : new Failure(`${MACHINE} stopped before it was ready. Its console said at last:`, console);
}

/** Its root user can print anything; what of it is believed, is decided where it is used. @param {string} text */
function parse(text) {
    return /** @type {Said} */ (jsonOrNothing(text) ?? {});
}

await main(async () => console.log(JSON.stringify(await ready())));
