import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";

/** Waits for what comes by itself; `what` says what hasn't come. */
export async function until(what: string, condition: () => Promise<boolean>, seconds = 60): Promise<void> {
    for (const deadline = Date.now() + seconds * 1000; !(await condition()); await sleep(300)) {
        assert.ok(Date.now() < deadline, `still not so after ${seconds} s: ${what}`);
    }
}
