import type { Problem } from "../problems";
import { bytes, sizeProblems } from "../sizes";

/** A directory of the machine that lives in memory, and is empty after each boot. */
export interface TmpfsArgs {
    /**
     * The most that it may hold: a whole number of `KiB`, `MiB` or `GiB`.
     * @default half of the host's memory (tmpfs(5))
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

/** The mounts as the container gets them: path → mount options (tmpfs(5), mount(8)). */
export function tmpfsMounts(tmpfs: Record<string, TmpfsArgs> = {}): Record<string, string> {
    return Object.fromEntries(Object.entries(tmpfs).map(([path, args]) => [path, mountOptions(args)]));
}

function mountOptions({ size, exec, mode }: TmpfsArgs): string {
    const options = ["rw", exec ? "exec" : "noexec", "nosuid", "nodev", `mode=${mode ?? "1777"}`];
    return [...options, ...(size === undefined ? [] : [`size=${bytes(size)}`])].join(",");
}

/** Everything wrong with one machine's tmpfs; their paths are looked at in mounts.ts. */
export function tmpfsProblems(tmpfs: Record<string, TmpfsArgs> = {}, argument: string): Problem[] {
    return Object.entries(tmpfs).flatMap(([path, { size, mode }]) => [
        ...sizeProblems(`${argument}["${path}"].size`, size),
        ...(mode === undefined || /^[0-7]{3,4}$/.test(mode)
            ? []
            : [{ argument: `${argument}["${path}"].mode`, value: mode, allowed: 'octal permissions, "1777"' }]),
    ]);
}
