import { member } from "../../rules/member";
import { modeProblems } from "../../rules/mode";
import type { BadValue } from "../../rules/problem";
import { bytes, sizeProblems } from "../../rules/size";
import type { ArgumentTable } from "../argument";

/** A directory of the machine that lives in memory, and is empty after each boot. */
export interface TmpfsArgs {
    /**
     * The most that it may hold: a whole number of `KiB`, `MiB` or `GiB`.
     * @default half of the machine's `memory`; without that, half of the host's (tmpfs(5))
     */
    size?: string;
    /**
     * Programs in it may be run.
     * @default false
     */
    exec?: boolean;
    /**
     * Permissions of the directory in octal, three or four digits.
     * @default "1777": for everybody, like /tmp
     */
    mode?: string;
}

/** What of a machine is in memory. */
export interface TmpfsDirectoriesArgs {
    /**
     * Directories in memory: absolute path → size and rights. `/tmp` may be among them, `/run` is one anyway.
     * @default none of your own
     */
    tmpfs?: Record<string, TmpfsArgs>;
}

export interface TmpfsSpec {
    readonly tmpfs: Readonly<Record<string, Tmpfs>>;
}

/** One, with every default filled in but its size, which depends on the machine's memory. */
export interface Tmpfs {
    readonly bytes?: number;
    readonly exec: boolean;
    readonly mode: string;
}

function tmpfsSpec(tmpfs: Readonly<Record<string, TmpfsArgs>> = {}): TmpfsSpec {
    return {
        tmpfs: Object.fromEntries(
            Object.entries(tmpfs).map(([path, { size, exec = false, mode = "1777" }]) => [
                path,
                { bytes: size === undefined ? undefined : bytes(size), exec, mode },
            ]),
        ),
    };
}

/** Everything wrong with one machine's tmpfs; their paths are looked at in mounts.ts. */
function tmpfsProblems(tmpfs: Readonly<Record<string, TmpfsArgs>>, argument: string): BadValue[] {
    return Object.entries(tmpfs).flatMap(([path, { size, mode }]) => [
        ...sizeProblems(`${member(argument, path)}.size`, size),
        ...modeProblems(`${member(argument, path)}.mode`, mode, "1777"),
    ]);
}

export const TMPFS = {
    tmpfs: { problems: tmpfsProblems, spec: tmpfsSpec },
} satisfies ArgumentTable<TmpfsDirectoriesArgs, TmpfsSpec>;
