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
 * Runs a step, unless there is nothing to do.
 *
 * @param {Step} step
 * @param {(line: string) => void} print
 */
export async function run(step, print = console.log) {
    const started = Date.now();
    const found = await step.found();
    if (found !== undefined) {
        print(`✓ ${step.name}: ${found} (${seconds(started)})`);
        return;
    }
    print(`• ${step.name}: ${step.why}`);
    let activity = "";
    const timer = setInterval(() => print(`  … ${seconds(started)} ${activity}`), progressInterval);
    try {
        const made = await step.make((text) => (activity = text));
        print(`✓ ${step.name}: ${made} (${seconds(started)})`);
    } finally {
        clearInterval(timer);
    }
}

/** @param {number} started */
function seconds(started) {
    const passed = (Date.now() - started) / 1000;
    return passed < 60 ? `${passed.toFixed(1)} s` : `${Math.floor(passed / 60)} min ${Math.round(passed % 60)} s`;
}
