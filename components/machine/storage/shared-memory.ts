import { bytes, sizeProblems } from "../../rules/size";
import type { ArgumentTable } from "../argument";

/** How much memory a machine's processes may share. */
export interface SharedMemoryArgs {
    /**
     * Size of `/dev/shm`: a whole number of `KiB`, `MiB` or `GiB`. PostgreSQL, browsers and machine learning want more than
     * engines give. A change replaces the machine.
     * @default "64MiB", the engine's own
     */
    shmSize?: string;
}

export interface SharedMemorySpec {
    /** In bytes; the engine's own without it. */
    readonly shmBytes?: number;
}

export const SHARED_MEMORY = {
    shmSize: {
        problems: (size, argument) => sizeProblems(argument, size),
        spec: (size) => ({ shmBytes: size === undefined ? undefined : bytes(size) }),
    },
} satisfies ArgumentTable<SharedMemoryArgs, SharedMemorySpec>;
