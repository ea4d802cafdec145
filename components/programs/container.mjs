// A machine that is a container. Environment: MACHINE (its name), and to start it NETWORK (whose address it is asked for),
// PUBLISHED (JSON: ports that it is to publish)
import { CLI } from "./cli.mjs";
import { ask, complaint } from "./engine.mjs";
import { Failure } from "./failure.mjs";
import { inspect } from "./inspect.mjs";
import { printableLines } from "./printable.mjs";
import { checkPublished, describePublished } from "./published.mjs";
import { mendStart } from "./start-failure.mjs";
import { jsonVariable, variable } from "./variables.mjs";

const NAME = variable("MACHINE");

/** @type {import("./machine-type.mjs").Advice} */
export const ADVICE = {
    shell: `${CLI} exec -it ${NAME} sh`,
    thaw: `${CLI} restart ${NAME} brings it back.`,
    nextUp: "starts it, and goes on with this step",
    off: "nothing that follows would find it.",
    insteadOfOff: `To reboot it: systemctl reboot. To have it off when all is done: ${CLI} stop ${NAME}, after 'pulumi up'.`,
};

export { complaint };

/** What the engine says of it. */
async function inspected() {
    const [container] = await inspect("container", [NAME]);
    if (container === undefined) {
        throw new Failure(`${NAME} is gone: somebody removed the container. The next pulumi up makes it anew.`);
    }
    return container;
}

/** @returns {Promise<import("./machine-type.mjs").State>} */
export async function look() {
    const { Status, ExitCode } = (await inspected()).State;
    return {
        status: Status === "running" || Status === "exited" ? Status : "other",
        end: `exit status ${ExitCode}`,
    };
}

/** @returns {Promise<import("./machine-type.mjs").Reached>} */
export async function start() {
    if ((await look()).status !== "running") {
        const answer = await ask(["start", NAME]);
        if (answer.status !== 0) {
            const why = complaint(answer);
            throw new Failure(`${NAME} can't be started: ${why}`, mendStart(why));
        }
    }
    const { Ports = {}, Networks } = (await inspected()).NetworkSettings;
    await checkPublished(/** @type {import("./published.mjs").Port[]} */ (jsonVariable("PUBLISHED")), Ports);
    const network = Object.values(Networks).find(({ NetworkID }) => NetworkID === variable("NETWORK"));
    return { address: network?.IPAddress ?? "", ports: describePublished(Ports) };
}

/**
 * `--env NAME` takes the value from our own environment: no value is an argument.
 *
 * @param {string[]} command
 * @param {import("./machine-type.mjs").Run} [how]
 */
export function run(command, { variables = {}, user, directory, input, seconds, onOutput } = {}) {
    return ask(
        [
            ...["exec", ...(input === undefined ? [] : ["-i"])],
            ...(user === undefined ? [] : ["--user", user]),
            ...(directory === undefined ? [] : ["--workdir", directory]),
            ...Object.keys(variables).flatMap((name) => ["--env", name]),
            ...[NAME, ...command],
        ],
        { input, environment: variables, seconds, onOutput },
    );
}

export async function lastLines() {
    const { stdout, stderr } = await ask(["logs", "--tail=16", NAME]);
    return printableLines(`${stdout}${stderr}`.trim());
}
