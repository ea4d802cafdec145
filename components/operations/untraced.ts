/**
 * Makes a resource without a stack trace for each of the hundreds of promises that the SDK makes for it: it keeps them for who looks
 * for promises that never end (PULUMI_DEBUG_PROMISE_LEAKS), and they are a fifth of a program's time. For where a resource was made,
 * which state keeps, it sets a limit of its own.
 */
export function untraced<Resource>(make: () => Resource): Resource {
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    try {
        return make();
    } finally {
        Error.stackTraceLimit = stackTraceLimit;
    }
}
