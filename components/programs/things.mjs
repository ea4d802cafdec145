import { Failure } from "./failure.mjs";
import { fields, listOfFields, textOf, texts } from "./form.mjs";
import { jsonOrNothing } from "./json.mjs";
import { ask, complaint, refusedAs } from "./kubectl.mjs";
import { oneLine, printable } from "./printable.mjs";

/** Something that a cluster has, as its API tells it. @typedef {import("./form.mjs").Fields} Thing */

/** Nobody waits longer for a cluster to answer. */
const SECONDS = 30;

/** Kinds as kubectl lists them → as things have them. */
const KINDS = {
    nodes: "Node",
    runtimeclasses: "RuntimeClass",
    storageclasses: "StorageClass",
    pods: "Pod",
    services: "Service",
    persistentvolumeclaims: "PersistentVolumeClaim",
    daemonsets: "DaemonSet",
};

/**
 * All things of these kinds, by one call; null of a kind that may not be listed. kubectl lists what it may, and says of the rest that
 * it is forbidden.
 *
 * @template {keyof typeof KINDS} Kind
 * @param {Kind[]} kinds
 * @param {string[]} options
 * @returns {Promise<Record<Kind, Thing[] | null>>}
 */
export async function listThings(kinds, ...options) {
    const answer = await ask(["get", kinds.join(","), ...options, "-o", "json"], { seconds: SECONDS });
    const forbidden = kinds.filter((kind) =>
        new RegExp(`^Error from server \\(Forbidden\\): ${kind}\\b.* is forbidden`, "m").test(answer.stderr),
    );
    if (answer.status !== 0 && forbidden.length === 0) {
        throw new Failure(complaint(answer));
    }
    const items = forbidden.length === kinds.length ? [] : listOfFields(parse(answer.stdout)["items"]);
    const of = (/** @type {Kind} */ kind) => items.filter((item) => item["kind"] === KINDS[kind]);
    return /** @type {Record<Kind, Thing[] | null>} */ (
        Object.fromEntries(kinds.map((kind) => [kind, forbidden.includes(kind) ? null : of(kind)]))
    );
}

/** A thing that may not be there, or may not be looked at. @typedef {Thing | "NotFound" | "Forbidden"} Sought */

/**
 * @param {string} kind
 * @param {string} name
 * @returns {Promise<Sought>}
 */
export async function getThing(kind, name) {
    const answer = await ask(["get", kind, name, "-o", "json"], { seconds: SECONDS });
    const refused = refusedAs(answer);
    if (refused === "NotFound" || refused === "Forbidden") {
        return refused;
    }
    if (answer.status !== 0) {
        throw new Failure(complaint(answer));
    }
    return parse(answer.stdout);
}

/** @param {string} text */
function parse(text) {
    const said = jsonOrNothing(text);
    if (said === undefined) {
        throw new Failure("kubectl prints what is no JSON");
    }
    return fields(said);
}

/** @param {Thing} thing */
export function nameOf(thing) {
    return oneLine(textOf(metadata(thing)["name"]));
}

/** @param {Thing} thing */
export function labels(thing) {
    return shown(metadata(thing)["labels"]);
}

/** What `kubectl apply` keeps there is the whole thing once more. */
const APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

/** @param {Thing} thing */
export function annotations(thing) {
    const { [APPLIED]: _, ...rest } = shown(metadata(thing)["annotations"]);
    return rest;
}

/** Whether somebody has deleted it, and it is only not gone yet. @param {Thing} thing */
export function isLeaving(thing) {
    return textOf(metadata(thing)["deletionTimestamp"]) !== "" || fields(thing["status"])["phase"] === "Terminating";
}

/** @param {Thing} thing */
function metadata(thing) {
    return fields(thing["metadata"]);
}

/** Names and texts that anybody can have made. @param {unknown} named @returns {Record<string, string>} */
function shown(named) {
    return Object.fromEntries(
        Object.entries(texts(named)).map(([name, text]) => /** @type {const} */ ([printable(name), printable(text)])),
    );
}
