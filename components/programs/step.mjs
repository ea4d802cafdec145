// Takes one provisioning step into a machine and runs it there, once. What it says is shown as it comes.
// Environment: what the machine is reached by (container.mjs, pod.mjs)
// Standard input: the step as JSON (components/operations/provision.ts)
import process from "node:process";
import { text } from "node:stream/consumers";
import { explanations } from "./explanations.mjs";
import { Failure, main } from "./failure.mjs";
import { parseJson } from "./json.mjs";
import { LINUX } from "./linux.mjs";
import { MACHINE, machine, stopped } from "./machine.mjs";
import { scriptCommand } from "./machine-script.mjs";
import { awaitNextBoot, awaitReboot } from "./reboot.mjs";
import { ShownLines } from "./shown-lines.mjs";

/**
 * @typedef {object} Step
 * @property {string} title
 * @property {string} script
 * @property {string[]} args
 * @property {string} user
 * @property {string} directory
 * @property {Record<string, string>} environment
 * @property {{ path: string, mode: string, owner: string, content?: string, contentBase64?: string }[]} files
 * @property {string[]} secrets what must not be shown
 */

/** systemd answers at once, unless it is as good as gone. */
const ANSWER_SECONDS = 5;

/** components/rules/process.ts has their reasons: the limits of one variable and of all, in bytes. */
const { mostVariableBytes: MOST_BYTES, mostVariablesBytes: MOST_SUM_BYTES } = LINUX;

/**
 * What is known before is refused before; a secret's value is known only here. It is never shown.
 *
 * @param {{ title: string, environment: Record<string, unknown> }} step
 */
function checkVariables({ title, environment }) {
    let sum = 0;
    for (const [name, value] of Object.entries(environment)) {
        // What an output is of, no type has checked.
        if (typeof value !== "string") {
            throw new Failure(`${title}: its variable ${name} is no text: make it one, with String(…).`);
        }
        const bytes = Buffer.byteLength(`${name}=${value}`);
        sum += bytes;
        if (value.includes("\0")) {
            throw new Failure(`${title}: its variable ${name} has a NUL in it, which would end it.`);
        }
        if (bytes > MOST_BYTES || sum > MOST_SUM_BYTES) {
            throw new Failure(
                `${title}: its variable ${name} has ${bytes} bytes, ${sum} with those before it. Linux starts no process with ` +
                    `more than ${MOST_BYTES} in one, or ${MOST_SUM_BYTES} in all.`,
                "Put what is large into one of the step's `files`, and read it there.",
            );
        }
    }
}

/** By standard input, so that no content is ever an argument that `ps` shows. @param {Step} step */
async function putFiles({ title, files }) {
    for (const { path, mode, owner, content, contentBase64 } of files) {
        const input = content ?? Buffer.from(contentBase64 ?? "", "base64");
        const answer = await machine.run(scriptCommand("put-file", "put", mode, owner, path), { input });
        if (answer.status !== 0) {
            throw new Failure(
                `${title}: its file ${path} could not be put into ${MACHINE}: ${machine.complaint(answer)}`,
            );
        }
    }
}

/** @param {Step} step */
async function startUserManager({ user }) {
    const [name] = user.split(":");
    if (name !== "root" && name !== "0") {
        await machine.run(scriptCommand("start-user-manager", "manager", name), { input: "" });
    }
}

/**
 * STEP_…, so that none of its variables means anything to a CLI that is called with them (PATH, HOME, DOCKER_HOST).
 *
 * @param {Step} step
 * @param {ShownLines} shown
 */
async function runScript({ script, args, user, directory, environment }, shown) {
    const variables = {
        ...Object.fromEntries(Object.entries(environment).map(([name, value]) => [`STEP_${name}`, value])),
        PROVISION_VARIABLES: Object.keys(environment).join(" "),
    };
    const answer = await machine.run(scriptCommand("run-step", "step", ...args), {
        ...{ variables, user, directory, input: script },
        onOutput: (output) => shown.write(output),
    });
    shown.end();
    return answer;
}

/** in-machine/run-step.sh ends with it when the machine goes down after the step, or has gone down in the middle of it. */
const [GONE_DOWN, CUT_SHORT] = [194, 195];

await main(async () => {
    const step = /** @type {Step} */ (parseJson(await text(process.stdin)));
    checkVariables(step);
    await putFiles(step);
    await startUserManager(step);
    const answer = await runScript(step, new ShownLines(step.secrets, (line) => console.log(line)));
    if (answer.status === GONE_DOWN) {
        return awaitReboot(step.title);
    }
    if (answer.status === CUT_SHORT) {
        // PID 1 is systemd-shutdown by now, and answers nobody.
        await awaitNextBoot();
        throw new Failure(
            `${step.title} was not at its end when ${MACHINE} went down.`,
            "Let the command that reboots be the last one of a step; what is to be done afterwards is another step.",
            await whatNow(),
        );
    }
    if (answer.lost) {
        throw new Failure(
            `${step.title} can't be followed to its end in ${MACHINE}: ${machine.complaint(answer)}`,
            // What failed the step may fail this too.
            await whatNow().catch((/** @type {Error} */ { message }) => message),
        );
    }
    if (answer.status !== 0) {
        throw new Failure(
            `${step.title} ended with exit status ${answer.status} in ${MACHINE}.`,
            ...explanations(answer.stdout),
            await whatNow(),
        );
    }
});

/** A step may have switched its machine off, which takes a while: systemd stops everything first. */
async function whatNow() {
    const { stdout } = await machine.run(["systemctl", "is-system-running"], { seconds: ANSWER_SECONDS });
    if (stdout.trim() === "stopping") {
        await stopped();
    }
    const { status, end } = await machine.look();
    return status === "running"
        ? `The machine is up for a look: ${machine.ADVICE.shell}; the next 'pulumi up' goes on with this step.`
        : `The machine does not run any more (${end}); the next 'pulumi up' ${machine.ADVICE.nextUp}.`;
}
