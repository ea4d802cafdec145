import { AsyncLocalStorage } from "node:async_hooks";

/** @type {AsyncLocalStorage<AbortSignal>} */
const storage = new AsyncLocalStorage();

/**
 * Several things that are done at once belong together: where one fails, the others are of no use any more.
 *
 * They learn of it by a signal that reaches all that they call, and what that calls in turn: it would otherwise have to be
 * handed through every function between a step and the commands that it runs.
 *
 * @template T
 * @param {((...args: never) => Promise<T>)[]} things
 * @returns {Promise<T[]>}
 * @throws what the first one that failed has thrown, once all have ended
 */
export async function allOrNone(things) {
    const failure = new AbortController();
    const running = things.map((thing) => storage.run(failure.signal, thing));
    try {
        return await Promise.all(running);
    } catch (error) {
        failure.abort();
        await Promise.allSettled(running);
        throw error;
    }
}

/** Aborted when what is being done is of no use any more. */
export const ending = () => storage.getStore();
