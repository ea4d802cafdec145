/**
 * For a program's environment: its timers run out twenty times as soon. Waiting is a part of what it does, and no part of its
 * test.
 */
export const QUICK_CLOCK = {
    NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(
        "const slow = globalThis.setTimeout; globalThis.setTimeout = (act, ms, ...words) => slow(act, ms / 20, ...words);",
    )}`,
};
