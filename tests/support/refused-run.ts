import { setTimeout as sleep } from "node:timers/promises";
import { host } from "./host-facts";
import { recordResources } from "./mocks";

/** Long enough for everything that is registered without waiting for anything. */
const SETTLE_MILLISECONDS = 150;

/**
 * Runs a program that is refused only when its outputs are known. Pulumi's engine would see a promise that nobody handles for each
 * resource that can't be made: these are what comes back, each once, when nothing more is registered.
 */
export async function refusedRun(program: () => unknown): Promise<Error[]> {
    const event = "unhandledRejection";
    const others = process.listeners(event);
    const seen = new Set<unknown>();
    process.removeAllListeners(event);
    process.on(event, (error) => seen.add(error));
    try {
        program();
        await sleep(SETTLE_MILLISECONDS);
    } finally {
        process.removeAllListeners(event);
        for (const listener of others) {
            process.on(event, listener);
        }
        // Else Pulumi would complain of the promises of what was never made, when the tests end.
        await recordResources(host({}));
    }
    return [...seen] as Error[];
}
