import { NAMES } from "./names.mjs";
import { printable } from "./printable.mjs";

/** Everything of ours on a host carries labels that begin like this. */
export const LABEL_PREFIX = NAMES.labelPrefix;

/** Whose a thing is. @typedef {{ sandbox: string, project: string, stack: string, owner: string, instance: string, generation: string }} Labels */

/**
 * Our labels of a thing, without the prefix; what isn't there is empty. Anybody can have made them: nothing in them does more
 * to a terminal than be read.
 *
 * @param {import("./inspect.mjs").Labels} labels
 * @returns {Labels}
 */
export function ours(labels) {
    const of = (/** @type {string} */ name) => printable(labels?.[`${LABEL_PREFIX}${name}`] ?? "");
    return {
        sandbox: of("sandbox"),
        project: of("project"),
        stack: of("stack"),
        owner: of("owner"),
        instance: of("instance"),
        generation: of("generation"),
    };
}

/** For the filters of `docker ps` and its like. @param {string} name @param {string} value */
export const labelled = (name, value) => `label=${LABEL_PREFIX}${name}=${value}`;
