import { Test, type Context } from "mocha";

/** What was skipped, and why; the summary at the end of a run lists it. */
export const skipped: { readonly what: string; readonly reason: string }[] = [];

/** Skips a test, or all tests below a hook, and says so: a test that didn't run must not look like one that passed. */
export function skip(context: Context, reason: string): never {
    const runnable = context.runnable();
    // A hook stands for all the tests below it.
    const what = runnable instanceof Test ? runnable.fullTitle() : runnable.parent?.fullTitle();
    skipped.push({ what: what ?? runnable.title, reason });
    return context.skip();
}
