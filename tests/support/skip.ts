import { Test, type Context } from "mocha";

interface Skipped {
    readonly what: string;
    readonly reason: string;
}

/** What was skipped, and why; the summary at the end of a run lists it. */
export const skipped: Skipped[] = [];

export function describeSkipped({ what, reason }: Skipped): string {
    return `SKIPPED: ${what}: ${reason}`;
}

/** Skips a test, or all tests below a hook, and says so: a test that didn't run must not look like one that passed. */
export function skip(context: Context, reason: string): never {
    const runnable = context.runnable();
    // A hook stands for all the tests below it.
    const what = runnable instanceof Test ? runnable.fullTitle() : runnable.parent?.fullTitle();
    const omitted = { what: what ?? runnable.title, reason };
    skipped.push(omitted);
    // One of mocha's parallel processes, whose list nobody reads.
    if (process.env.MOCHA_WORKER_ID !== undefined) {
        console.log(describeSkipped(omitted));
    }
    return context.skip();
}
