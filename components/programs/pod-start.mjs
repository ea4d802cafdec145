import { setTimeout as sleep } from "node:timers/promises";
import { Failure } from "./failure.mjs";
import { ask } from "./kubectl.mjs";
import { isNodeComing, podEvents } from "./pod-events.mjs";
import { ANEW, lookAtPod, POLL_MILLISECONDS } from "./pod-look.mjs";
import { endTold, isOfImage, isOver, told } from "./pod-status.mjs";
import { variable } from "./variables.mjs";

/** @typedef {import("./pod-status.mjs").PodStatus} PodStatus */

/** It ends by itself after one, unless nobody answers. */
const WATCH_SECONDS = 5;

/**
 * Waits until a Pod's container runs; nobody starts it but the cluster. Says at once what no waiting helps against.
 *
 * @param {number} seconds
 * @param {() => Promise<string>} lastLines of its console
 */
export async function awaitPod(seconds, lastLines) {
    const end = Date.now() + seconds * 1000;
    const nodes = new Nodes();
    for (;;) {
        const pod = await lookAtPod();
        refuseGone(pod);
        if (isOver(pod)) {
            throw stopped(pod, await lastLines());
        }
        refuseStart(pod);
        if (pod.running) {
            return pod;
        }
        await nodes.refuseNone(pod);
        if (Date.now() >= end) {
            throw await tooLate(pod, seconds);
        }
        await change();
    }
}

/**
 * Until it runs, or for a second: something else may be wrong with it by then. A watch of kubectl's costs a fraction of what looking
 * again and again would, which many machines feel that start together. Who may not watch looks again after the usual time.
 */
async function change() {
    const running = ["--for=jsonpath={.status.phase}=Running", "--timeout=1s"];
    const watch = ask(["wait", `pod/${variable("MACHINE")}`, ...running], { seconds: WATCH_SECONDS });
    await Promise.all([watch, sleep(POLL_MILLISECONDS)]);
}

/** @param {PodStatus} pod */
function refuseGone(pod) {
    const name = variable("MACHINE");
    if (pod.leaving) {
        throw new Failure(`${name} is gone: somebody is removing the Pod. ${ANEW}`);
    }
    // A kubelet may have evicted it, or may never have taken it.
    if (pod.phase === "Failed" && pod.reason !== "") {
        throw new Failure(`${name} was ended by the cluster: ${told(pod)}`, ANEW);
    }
}

/**
 * @param {PodStatus} pod
 * @param {string} console
 */
function stopped(pod, console) {
    const why = pod.ended?.message ? `: ${told(pod.ended)}` : "";
    return new Failure(
        `${variable("MACHINE")} stopped (${endTold(pod)}), and a Pod is not started again${why}`,
        ANEW,
        ...(console === "" ? [] : ["Its console said at last:", console]),
    );
}

/** @param {PodStatus} pod */
function refuseStart({ refused }) {
    if (refused !== undefined) {
        const cant = isOfImage(refused) ? "can't have its image" : "can't be started";
        throw new Failure(`${variable("MACHINE")} ${cant}: ${told(refused)}`);
    }
}

/** A scheduler may say for a moment that there is no node: one is being lost, or a volume is just being made. */
const UNSCHEDULABLE_SECONDS = 5;

/** Whether a Pod can have a node. */
class Nodes {
    /** @type {number | undefined} since when it is seen that it has none */
    #since;
    #isComing = false;

    /** @param {PodStatus} pod */
    async refuseNone({ unschedulable, uid }) {
        if (unschedulable === undefined || this.#isComing) {
            this.#since = undefined;
            return;
        }
        // The cluster's clock may go otherwise than ours.
        this.#since ??= Math.min(Date.now(), unschedulable.since || Infinity);
        if (Date.now() - this.#since < UNSCHEDULABLE_SECONDS * 1000) {
            return;
        }
        const name = variable("MACHINE");
        this.#isComing = isNodeComing(await podEvents(name, uid));
        if (!this.#isComing) {
            throw new Failure(`${name} finds no node: ${unschedulable.message || "the scheduler doesn't say why"}`);
        }
    }
}

/**
 * @param {PodStatus} pod
 * @param {number} seconds
 */
async function tooLate({ uid, waitsFor, unschedulable }, seconds) {
    const name = variable("MACHINE");
    const last = (await podEvents(name, uid)).at(-1);
    return new Failure(
        `${name} does not run after ${seconds} s, it waits: ${unschedulable ? told(unschedulable) : waitsFor}`,
        last === undefined ? "" : `The cluster said at last: ${told(last)}`,
    );
}
