import { bytes, sizeProblems } from "../../rules/size";
import type { ArgumentTable } from "../argument";

/** How much of what a machine writes to its console stays. */
export interface ConsoleLogArgs {
    /**
     * The most that the host keeps of what the machine writes to its console, which `docker logs` shows: a whole number of
     * `KiB`, `MiB` or `GiB`. The oldest half goes first. Only for an engine that keeps logs in files (`json-file`, `local`):
     * others send them somewhere else. A change replaces the machine.
     * @default "10MiB"
     */
    consoleLogSize?: string;
}

export interface ConsoleLogSpec {
    /** In bytes. */
    readonly consoleLogBytes: number;
}

export const CONSOLE_LOG = {
    consoleLogSize: {
        problems: (size, argument) => sizeProblems(argument, size),
        spec: (size = "10MiB") => ({ consoleLogBytes: bytes(size) }),
    },
} satisfies ArgumentTable<ConsoleLogArgs, ConsoleLogSpec>;
