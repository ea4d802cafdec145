import { allOrNone } from "./ending.mjs";
import { printableLines } from "../components/programs/printable.mjs";

/** How often a long step says that it is still at it. */
const progressInterval = 12_000;

/**
 * One thing that has to be there before the sandbox can come up.
 *
 * @typedef {object} Step
 * @property {string} name
 * @property {string} why what it is needed for, shown when it has to be made
 * @property {() => Promise<string | undefined>} found what is there already, in a few words; undefined when something is missing
 * @property {(progress: Progress) => Promise<string>} make gets what is missing and says what it got
 */

/**
 * Tells what a long step is doing right now. Cheap: only the latest word is shown, every few seconds.
 *
 * @typedef {(activity: string) => void} Progress
 */

/**
 * Runs steps, each as soon as those before it have ended; one that fails ends the others.
 *
 * @param {Map<Step, Step[]>} steps each with those that come before it
 * @param {(line: string) => void} print
 */
export async function runAll(steps, print = console.log) {
    /** @type {Map<Step, Promise<void>>} */
    const running = new Map();
    /** @type {(step: Step) => Promise<void>} */
    const runAfter = async (step) => {
        await Promise.all((steps.get(step) ?? []).map(runOnce));
        await run(step, print);
    };
    /** @type {(step: Step) => Promise<void>} */
    const runOnce = (step) => {
        const run = running.get(step) ?? runAfter(step);
        running.set(step, run);
        return run;
    };
    await allOrNone([...steps.keys()].map((step) => () => runOnce(step)));
}

/**
 * Runs a step, unless there is nothing to do.
 *
 * @param {Step} step
 * @param {(line: string) => void} print
 */
export async function run(step, print = console.log) {
    // Much of it is what an engine or a program has said.
    const say = (/** @type {string} */ text) => print(printableLines(text));
    const started = Date.now();
    const found = await step.found();
    if (found !== undefined) {
        say(`✓ ${step.name}: ${found} (${seconds(started)})`);
        return;
    }
    say(`• ${step.name}: ${step.why}`);
    let activity = "";
    const timer = setInterval(() => say(`  … ${step.name}: ${activity} (${seconds(started)})`), progressInterval);
    try {
        const made = await step.make((text) => (activity = text));
        say(`✓ ${step.name}: ${made} (${seconds(started)})`);
    } finally {
        clearInterval(timer);
    }
}

/**
 * How long ago that was, for people.
 *
 * @param {number} started
 */
export function seconds(started) {
    const passed = (Date.now() - started) / 1000;
    return passed < 60 ? `${passed.toFixed(1)} s` : `${Math.floor(passed / 60)} min ${Math.round(passed % 60)} s`;
}
