import type { HostFacts } from "../host/facts";

/** The drivers that keep logs in files, and know these options (https://docs.docker.com/engine/logging/configure/). */
const IN_FILES = ["json-file", "local"];

/**
 * Bounds what a machine can fill the host's disk with through its console. In two files: when the second is full, the first
 * goes, and there is still something to read.
 */
export function consoleLogOptions(
    bytes: number,
    { loggingDriver }: Pick<HostFacts, "loggingDriver">,
): Record<string, string> | undefined {
    // An option that the engine's own driver doesn't know would be an error.
    return IN_FILES.includes(loggingDriver) ? { "max-size": `${Math.ceil(bytes / 2)}`, "max-file": "2" } : undefined;
}
