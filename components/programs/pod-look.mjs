import { setTimeout as sleep } from "node:timers/promises";
import { Failure } from "./failure.mjs";
import { jsonOrNothing } from "./json.mjs";
import { ask, complaint, refusedAs } from "./kubectl.mjs";
import { podStatus } from "./pod-status.mjs";
import { variable } from "./variables.mjs";

/** How often somebody looks who waits. */
export const POLL_MILLISECONDS = 250;
/** One call takes no longer, unless nobody is there. */
const CALL_SECONDS = 30;
/** An API server may be away for a moment, as while it is updated. */
const PATIENCE_SECONDS = 10;

/** What a person does where a Pod is no more, or will never be a machine. */
export const ANEW = "The next pulumi up makes it anew.";

/** What the cluster says of the Pod; a moment's silence is waited for. */
export async function lookAtPod() {
    const name = variable("MACHINE");
    const end = Date.now() + PATIENCE_SECONDS * 1000;
    for (;;) {
        const answer = await ask(["get", "pod", name, "-o", "json"], { seconds: CALL_SECONDS });
        const pod = answer.status === 0 ? jsonOrNothing(answer.stdout) : undefined;
        if (pod !== undefined) {
            return podStatus(pod);
        }
        const refused = refusedAs(answer);
        if (refused === "NotFound") {
            throw new Failure(`${name} is gone: somebody removed the Pod. ${ANEW}`);
        }
        if (refused === "Forbidden" || Date.now() > end) {
            const why = answer.status === 0 ? "kubectl prints what is no JSON" : complaint(answer);
            throw new Failure(`${name} can't be looked at: ${why}`);
        }
        await sleep(POLL_MILLISECONDS);
    }
}
