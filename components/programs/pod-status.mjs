import { fields, listOfFields, textOf, texts } from "./form.mjs";
import { oneLine } from "./printable.mjs";

/** The container of a Pod that is the machine. */
export const CONTAINER = "machine";

/**
 * What the API server says of a Pod, as far as anybody here looks at it: one line each, and nothing that a terminal would obey.
 *
 * @typedef {object} PodStatus
 * @property {string} uid
 * @property {string} phase
 * @property {boolean} leaving whether somebody has deleted it
 * @property {string} node
 * @property {string} address
 * @property {boolean} running whether the machine's container runs
 * @property {End | undefined} ended
 * @property {Why | undefined} refused why one of its containers can't be started
 * @property {Why | undefined} unschedulable why no node is the right one, and since when
 * @property {string} reason the Pod's own, such as Evicted
 * @property {string} message
 * @property {string} waitsFor what it waits for
 *
 * @typedef {{ exitCode: number | undefined, reason: string, message: string }} End
 * @typedef {{ reason: string, message: string, since?: number }} Why
 */

/** What a kubelet says of a container that it will not get started by waiting, or by trying again. */
const REFUSED = [
    ...["ErrImagePull", "ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull", "ImageInspectError"],
    ...["CreateContainerConfigError", "CreateContainerError", "RunContainerError", "CrashLoopBackOff"],
];

/** What is wrong with an image. @param {Why} why */
export const isOfImage = ({ reason }) => /Image/.test(reason);

/** @param {unknown} pod as `kubectl get pod -o json` has it @returns {PodStatus} */
export function podStatus(pod) {
    const metadata = fields(fields(pod)["metadata"]);
    const status = fields(fields(pod)["status"]);
    const containers = listOfFields(status["containerStatuses"]);
    const state = fields(containers.find(({ name }) => name === CONTAINER)?.["state"]);
    const waiting = [...listOfFields(status["initContainerStatuses"]), ...containers].flatMap(
        ({ state }) => whyOf(fields(state)["waiting"]) ?? [],
    );
    const phase = line(status["phase"]);
    return {
        uid: line(metadata["uid"]),
        phase,
        leaving: textOf(metadata["deletionTimestamp"]) !== "",
        node: line(fields(fields(pod)["spec"])["nodeName"]),
        address: line(status["podIP"]),
        running: phase === "Running" && "running" in state,
        ended: endOf(state["terminated"]),
        refused: waiting.find(({ reason }) => REFUSED.includes(reason)),
        unschedulable: unschedulable(listOfFields(status["conditions"])),
        reason: line(status["reason"]),
        message: line(status["message"]),
        waitsFor: waiting.map(told)[0] ?? (phase || "an answer of the cluster"),
    };
}

/** Whether it is at its end: it is never started again. @param {PodStatus} pod */
export function isOver({ phase, ended }) {
    return phase === "Failed" || phase === "Succeeded" || ended !== undefined;
}

/** How it has ended, in a few words. @param {PodStatus} pod */
export function endTold({ ended, reason, phase }) {
    return reason || (ended?.exitCode === undefined ? phase : `exit status ${ended.exitCode}`);
}

/** @param {Why} why */
export function told({ reason, message }) {
    return [reason, message].filter((part) => part !== "").join(": ");
}

/** @param {unknown} terminated @returns {End | undefined} */
function endOf(terminated) {
    const { exitCode } = fields(terminated);
    const why = whyOf(terminated);
    return why && { ...why, exitCode: Number.isSafeInteger(exitCode) ? Number(exitCode) : undefined };
}

/** @param {Record<string, unknown>[]} conditions @returns {Why | undefined} */
function unschedulable(conditions) {
    const found = conditions.map(texts).find(({ type, status }) => type === "PodScheduled" && status === "False");
    return found?.["reason"] === "Unschedulable"
        ? { .../** @type {Why} */ (whyOf(found)), since: Date.parse(found["lastTransitionTime"] ?? "") }
        : undefined;
}

/** @param {unknown} said @returns {Why | undefined} */
function whyOf(said) {
    return said === undefined || said === null
        ? undefined
        : { reason: line(fields(said)["reason"]), message: line(fields(said)["message"]) };
}

/** @param {unknown} value */
function line(value) {
    return oneLine(textOf(value));
}
