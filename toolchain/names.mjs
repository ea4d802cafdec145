import { readJson } from "./json.mjs";

/**
 * What the components and these scripts have to call alike. Read as JSON: these scripts can't import TypeScript, and
 * importing JSON still prints a warning in Node 20.
 *
 * @typedef {{ labelPrefix: string, baseStack: string, ttl: string, ttlHours: Record<string, number> }} Names
 */
const names = /** @type {Names} */ (readJson("components", "programs", "names.json"));

/** Everything of ours on a Docker host carries labels that begin like this. */
export const { labelPrefix } = names;

/**
 * Whether a stack makes what sandboxes share, and no sandbox.
 *
 * @param {string} stack
 */
export const isBase = (stack) => new RegExp(names.baseStack).test(stack);

/**
 * How long a time to live is.
 *
 * @param {string} ttl such as `8h`, `3d`, `2w`
 * @returns {number | undefined} hours; undefined where it isn't one
 */
export function hoursOf(ttl) {
    const each = names.ttlHours[ttl.slice(-1)];
    return each !== undefined && new RegExp(names.ttl).test(ttl) ? Number.parseInt(ttl, 10) * each : undefined;
}
