// Starts a machine, unless it runs, and waits until it is ready.
// Prints one line of JSON (components/operations/readiness.ts): what the machine says of itself, and what the engine says of it.
// Environment: MACHINE, NETWORK (whose address it is asked for), PUBLISHED (JSON: ports that it is to publish), SSH (whether it
// has a host key to tell), and for in-machine/ready.sh TIMEOUT, STATES, UNITS, PORTS, COMMAND
import { CLI } from "./cli.mjs";
import { complaint } from "./engine.mjs";
import { Failure, main } from "./failure.mjs";
import { parseJson } from "./json.mjs";
import { inspectMachine, lastWords, MACHINE, start } from "./machine.mjs";
import { askMachine, NOT_READY } from "./machine-script.mjs";
import { printableLines } from "./printable.mjs";
import { checkPublished, describePublished } from "./published.mjs";
import { jsonVariable, variable } from "./variables.mjs";

/** How much longer than its own time-out it may take until nobody believes that it will still end. */
const GRACE_SECONDS = 15;

/** What a machine says of itself. @typedef {{ state?: unknown, systemdVersion?: unknown, bootMilliseconds?: unknown }} Said */

async function ready() {
    await start();
    const { NetworkSettings } = await inspectMachine();
    await checkPublished(
        /** @type {import("./published.mjs").Port[]} */ (jsonVariable("PUBLISHED")),
        NetworkSettings.Ports ?? {},
    );
    const { state, systemdVersion, bootMilliseconds } = parse(await inside("ready"));
    const network = Object.values(NetworkSettings.Networks).find(({ NetworkID }) => NetworkID === variable("NETWORK"));
    return {
        state,
        systemdVersion,
        bootMilliseconds,
        address: network?.IPAddress ?? "",
        ports: describePublished(NetworkSettings.Ports ?? {}),
        ...(variable("SSH") === "yes" && { hostKey: (await inside("host-key")).slice(0, 1024).trim() }),
    };
}

/** What a script in the machine prints, which has to end well. @param {string} script */
async function inside(script) {
    const names = ["TIMEOUT", "STATES", "UNITS", "PORTS", "COMMAND"];
    const environment = Object.fromEntries(names.map((name) => [name, variable(name)]));
    const seconds = Number(variable("TIMEOUT")) + GRACE_SECONDS;
    const answer = await askMachine(script, environment, seconds);
    if (answer.late) {
        throw new Failure(
            `${MACHINE} gives no answer: a command in it did not end within ${seconds} s.`,
            `It may be frozen, or short of memory: ${CLI} restart ${MACHINE} brings it back.`,
        );
    }
    if (answer.status === NOT_READY) {
        throw new Failure(printableLines(answer.stderr.trim()));
    }
    // As newer runtimes say where a machine's root has frozen its cgroup; older ones wait for ever.
    if (answer.status !== 0 && complaint(answer).includes("paused container")) {
        throw new Failure(`${MACHINE} is frozen: nothing in it moves.`, `${CLI} restart ${MACHINE} brings it back.`);
    }
    if (answer.status !== 0) {
        throw await withoutAnswer(answer);
    }
    return answer.stdout;
}

/**
 * PID 1 that is gone has taken the exec with it. But a machine may run, and only have no room for one more process.
 *
 * @param {import("./engine.mjs").Answer} answer
 */
async function withoutAnswer(answer) {
    const console = await lastWords();
    const { State } = await inspectMachine();
    return State.Status === "running"
        ? new Failure(
              `${MACHINE} runs, but a command in it ended with exit status ${answer.status}: ${complaint(answer)}`,
              "Its console said at last:",
              console,
          )
        : new Failure(`${MACHINE} stopped before it was ready. Its console said at last:`, console);
}

/** Its root user can print anything; what of it is believed, is decided where it is used. @param {string} text */
function parse(text) {
    try {
        return /** @type {Said} */ (parseJson(text) ?? {});
    } catch {
        return {};
    }
}

await main(async () => console.log(JSON.stringify(await ready())));
