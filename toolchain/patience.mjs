/** How long a download may be silent: at its start, and in the middle. */
const limits = { first: 10_000, stall: 60_000 };

/**
 * Runs a download that is given up when nothing arrives, but never while it progresses: a network that refuses must
 * not cost minutes, and a slow one must not be cut off.
 *
 * @template T
 * @param {(signal: AbortSignal) => Promise<T>} download
 * @param {() => number} arrived how much is there by now: bytes, lines, anything that grows
 * @returns {Promise<T | undefined>} undefined when it was given up
 */
export async function patiently(download, arrived, { first, stall } = limits) {
    const abort = new AbortController();
    let amount = arrived();
    let deadline = Date.now() + first;
    const timer = setInterval(() => {
        const now = arrived();
        if (now > amount) {
            amount = now;
            deadline = Date.now() + stall;
        } else if (Date.now() > deadline) {
            abort.abort();
        }
    }, 250);
    try {
        const result = await download(abort.signal);
        return abort.signal.aborted ? undefined : result;
    } finally {
        clearInterval(timer);
    }
}
