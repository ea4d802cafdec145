import { fields, listOfFields, textOf } from "./form.mjs";
import { jsonOrNothing } from "./json.mjs";
import { ask } from "./kubectl.mjs";
import { oneLine } from "./printable.mjs";

/** Something that has happened to a Pod. @typedef {{ reason: string, message: string, at: number }} Event */

/** What makes a node for a Pod says so: Kubernetes' autoscaler, and Karpenter. */
const NEW_NODE = ["TriggeredScaleUp", "Nominated"];

/**
 * What has happened to a Pod, the latest last; nothing where the cluster doesn't tell. One of the same name that was there before
 * has another uid.
 *
 * @param {string} name
 * @param {string} uid
 */
export async function podEvents(name, uid) {
    const selector = `involvedObject.kind=Pod,involvedObject.name=${name},involvedObject.uid=${uid}`;
    const { status, stdout } = await ask(["get", "events", `--field-selector=${selector}`, "-o", "json"], {
        seconds: 30,
    });
    return status === 0
        ? listOfFields(fields(jsonOrNothing(stdout))["items"])
              .map(event)
              .sort((a, b) => a.at - b.at)
        : [];
}

/** Whether a node is being made for it. @param {Event[]} events */
export function isNodeComing(events) {
    return events.some(({ reason }) => NEW_NODE.includes(reason));
}

/** @param {Record<string, unknown>} said @returns {Event} */
function event(said) {
    const times = [
        fields(said["series"])["lastObservedTime"],
        ...["lastTimestamp", "eventTime", "firstTimestamp"].map((name) => said[name]),
        fields(said["metadata"])["creationTimestamp"],
    ];
    const at = times.map((time) => Date.parse(textOf(time))).find((time) => !Number.isNaN(time)) ?? 0;
    return { reason: oneLine(textOf(said["reason"])), message: oneLine(textOf(said["message"])), at };
}
