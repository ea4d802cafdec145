import { constants } from "node:os";
import process from "node:process";

/**
 * The process groups that run for us. No Ctrl-C of the terminal reaches them, and they would go on without us.
 *
 * @type {Set<number>}
 */
const groups = new Set();
const signals = /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"]);

/** How long a group has to clear up after itself, in milliseconds. */
const GRACE = 2_000;

/** What we end with, once all groups have; until we are told to end, there is no such thing. @type {number | undefined} */
let leavingWith;

/**
 * Sees to it that a group ends where we are ended.
 *
 * @param {number} group
 */
export function watch(group) {
    if (groups.size === 0) {
        signals.forEach((name) => process.on(name, leave));
    }
    groups.add(group);
}

/**
 * It has ended.
 *
 * @param {number} group
 */
export function unwatch(group) {
    groups.delete(group);
    if (groups.size > 0) {
        return;
    }
    if (leavingWith !== undefined) {
        process.exit(leavingWith);
    }
    signals.forEach((name) => process.off(name, leave));
}

/** @param {NodeJS.Signals} signal */
function leave(signal) {
    leavingWith = 128 + constants.signals[signal];
    groups.forEach(endGroup);
}

/**
 * Ends a group as Ctrl-C does, on which Go clears up after itself. A shell's background processes ignore that (POSIX, "Signals
 * and Error Handling"), so what is still there afterwards is ended otherwise.
 *
 * @param {number} group
 */
export function endGroup(group) {
    send(group, "SIGINT");
    setTimeout(() => groups.has(group) && send(group, "SIGKILL"), GRACE).unref();
}

/**
 * @param {number} group
 * @param {NodeJS.Signals} signal
 */
function send(group, signal) {
    try {
        process.kill(-group, signal);
    } catch {
        // It ended in this very moment.
    }
}
