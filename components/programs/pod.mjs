// A machine that is a Pod. Environment: MACHINE (its name), NAMESPACE, KUBECONFIG and KUBE_CONTEXT (which cluster; both may be empty)
import { entry } from "./entry.mjs";
import { apart, ask, complaint as whyNot, personal } from "./kubectl.mjs";
import { lookAtPod } from "./pod-look.mjs";
import { awaitPod } from "./pod-start.mjs";
import { CONTAINER, endTold, isOver } from "./pod-status.mjs";
import { printableLines } from "./printable.mjs";
import { variable } from "./variables.mjs";

const NAME = variable("MACHINE");

/** @type {import("./machine-type.mjs").Advice} */
export const ADVICE = {
    get shell() {
        return personal("-n", variable("NAMESPACE"), "exec", "-it", NAME, "-c", CONTAINER, "--", "sh");
    },
    get thaw() {
        return `${personal("-n", variable("NAMESPACE"), "delete", "pod", NAME)} ends it, with all that was provisioned; the next pulumi up makes it anew.`;
    },
    nextUp: "makes it anew, and does all its steps again",
    off: "a Pod does not come back from that: what was provisioned is gone with it.",
    insteadOfOff:
        "Leave out what switches it off. To reboot it: systemctl reboot, without --force. The next 'pulumi up' makes it anew.",
};

/** @param {import("./call.mjs").Answer} answer */
export function complaint(answer) {
    return answer.lost ? whyNot(answer) : printableLines(answer.stderr.trim() || answer.stdout.trim());
}

/** @returns {Promise<import("./machine-type.mjs").State>} */
export async function look() {
    const pod = await lookAtPod();
    return { status: isOver(pod) ? "exited" : pod.running ? "running" : "other", end: endTold(pod) };
}

/**
 * @param {number} seconds
 * @returns {Promise<import("./machine-type.mjs").Reached>}
 */
export async function start(seconds) {
    const { address, node } = await awaitPod(seconds, lastLines);
    return { address, ports: [], node };
}

/**
 * @param {string[]} command
 * @param {import("./machine-type.mjs").Run} [how]
 * @returns {Promise<import("./call.mjs").Answer>}
 */
export async function run(
    command,
    { variables = {}, user = "root", directory = "/", input = "", seconds, onOutput } = {},
) {
    const { command: entering, before } = entry(command, { variables, user, directory });
    const answer = await ask(["exec", "-i", NAME, "-c", CONTAINER, "--", ...entering], {
        input: Buffer.concat([before, Buffer.from(input)]),
        seconds,
        // What kubectl itself says is told apart only when it is all there.
        onOutput: (text, stream) => stream === "stdout" && onOutput?.(text),
    });
    const { said: stderr, ended } = apart(answer.stderr);
    const lost = answer.status !== 0 && !answer.late && !ended;
    if (stderr !== "" && !lost) {
        onOutput?.(stderr);
    }
    return { ...answer, stderr, lost };
}

/** They come from the node, which may be away. */
const LOGS_SECONDS = 30;

/** What the machine has written on its console at last, as far as the cluster still has it. */
export async function lastLines() {
    const { stdout, stderr } = await ask(["logs", "--tail=16", NAME, "-c", CONTAINER], { seconds: LOGS_SECONDS });
    return printableLines(`${stdout}${stderr}`.trim());
}
