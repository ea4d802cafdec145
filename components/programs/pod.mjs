// A machine that is a Pod. Environment: MACHINE (its name), NAMESPACE, KUBECONFIG and KUBE_CONTEXT (which cluster; both may be empty)
import { setTimeout as sleep } from "node:timers/promises";
import { entry } from "./entry.mjs";
import { Failure } from "./failure.mjs";
import { parseJson } from "./json.mjs";
import { apart, ask, complaint as whyNot, personal, refusedAs } from "./kubectl.mjs";
import { isNodeComing, podEvents } from "./pod-events.mjs";
import { CONTAINER, endTold, isOfImage, isOver, podStatus, told } from "./pod-status.mjs";
import { printableLines } from "./printable.mjs";
import { variable } from "./variables.mjs";

const NAME = variable("MACHINE");
const ANEW = "The next pulumi up makes it anew.";

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

/** One call of the cluster's takes no longer, unless nobody is there. */
const CALL_SECONDS = 30;

/** What the cluster says of it; undefined where it fails to. */
async function seen() {
    const answer = await ask(["get", "pod", NAME, "-o", "json"], { seconds: CALL_SECONDS });
    if (refusedAs(answer) === "NotFound") {
        throw new Failure(`${NAME} is gone: somebody removed the Pod. ${ANEW}`);
    }
    if (answer.status === 0) {
        try {
            return podStatus(parseJson(answer.stdout));
        } catch {
            return "kubectl prints what is no JSON";
        }
    }
    if (refusedAs(answer) === "Forbidden") {
        throw new Failure(`${NAME} can't be looked at: ${whyNot(answer)}`);
    }
    return whyNot(answer);
}

/** An API server may be away for a moment, as while it is updated. */
const PATIENCE_SECONDS = 10;

/** The same, where a moment's silence is waited for. */
async function seenSoon() {
    const end = Date.now() + PATIENCE_SECONDS * 1000;
    for (;;) {
        const pod = await seen();
        if (typeof pod !== "string") {
            return pod;
        }
        if (Date.now() > end) {
            throw new Failure(`${NAME} can't be looked at: ${pod}`);
        }
        await sleep(POLL_MILLISECONDS);
    }
}

const POLL_MILLISECONDS = 250;

/** @returns {Promise<import("./machine-type.mjs").State>} */
export async function look() {
    const pod = await seenSoon();
    return { status: isOver(pod) ? "exited" : pod.running ? "running" : "other", end: endTold(pod) };
}

/** A scheduler that has just lost a node, or is about to get a volume, may say it for a moment. */
const UNSCHEDULABLE_SECONDS = 5;

/**
 * Waits until its container runs; nothing starts a Pod but the cluster. Says at once what no waiting helps against.
 *
 * @param {number} seconds
 * @returns {Promise<import("./machine-type.mjs").Reached>}
 */
export async function start(seconds) {
    const begun = Date.now();
    let nodeComes = false;
    /** @type {number | undefined} since when it is seen that no node takes it */
    let unschedulable;
    for (;;) {
        const pod = await seenSoon();
        await refuseHopeless(pod);
        if (pod.running) {
            return { address: pod.address, ports: [], node: pod.node };
        }
        unschedulable = pod.unschedulable && (unschedulable ?? Date.now());
        if (pod.unschedulable && unschedulable !== undefined && !nodeComes) {
            // Its own clock may go otherwise than ours.
            const since = Math.min(unschedulable, pod.unschedulable.since || unschedulable);
            if (Date.now() - since >= UNSCHEDULABLE_SECONDS * 1000) {
                nodeComes = isNodeComing(await podEvents(NAME, pod.uid));
                if (!nodeComes) {
                    throw new Failure(
                        `${NAME} finds no node: ${pod.unschedulable.message || "the scheduler doesn't say why"}`,
                    );
                }
            }
        }
        if (Date.now() - begun >= seconds * 1000) {
            throw await tooLate(pod, seconds);
        }
        await sleep(POLL_MILLISECONDS);
    }
}

/** @param {import("./pod-status.mjs").PodStatus} pod */
async function refuseHopeless(pod) {
    if (pod.leaving) {
        throw new Failure(`${NAME} is gone: somebody is removing the Pod. ${ANEW}`);
    }
    // The cluster has ended it, or has never begun: evicted, refused by the node's kubelet.
    if (pod.phase === "Failed" && pod.reason !== "") {
        throw new Failure(`${NAME} was ended by the cluster: ${told(pod)}`, ANEW);
    }
    if (isOver(pod)) {
        const why = pod.ended?.message ? `: ${told(pod.ended)}` : "";
        throw new Failure(
            `${NAME} stopped (${endTold(pod)}), and a Pod is not started again${why}`,
            ANEW,
            "Its console said at last:",
            await lastLines(),
        );
    }
    if (pod.refused !== undefined) {
        throw new Failure(
            isOfImage(pod.refused)
                ? `${NAME} can't have its image: ${told(pod.refused)}`
                : `${NAME} can't be started: ${told(pod.refused)}`,
        );
    }
}

/**
 * @param {import("./pod-status.mjs").PodStatus} pod
 * @param {number} seconds
 */
async function tooLate({ uid, waitsFor, unschedulable }, seconds) {
    const last = (await podEvents(NAME, uid)).at(-1);
    return new Failure(
        `${NAME} does not run after ${seconds} s, it waits: ${unschedulable ? told(unschedulable) : waitsFor}`,
        last === undefined ? "" : `The cluster said at last: ${told(last)}`,
    );
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
    if (stderr !== "") {
        onOutput?.(stderr);
    }
    return { ...answer, stderr, lost: answer.status !== 0 && !answer.late && !ended };
}

/** What the machine has written on its console at last, as far as the cluster still has it. */
export async function lastLines() {
    const { stdout, stderr } = await ask(["logs", "--tail=16", NAME, "-c", CONTAINER], { seconds: CALL_SECONDS });
    return printableLines(`${stdout}${stderr}`.trim());
}
