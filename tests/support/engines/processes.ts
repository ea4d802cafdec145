import { readdirSync, readFileSync, readlinkSync } from "node:fs";

/** A process of this machine; the time of its start tells it from a later one with its number. */
export interface Process {
    readonly pid: number;
    readonly parent: number;
    readonly started: string;
    readonly command: string;
    /** Its network namespace, as `net:[4026531840]`. */
    readonly network: string;
    /** The first parts of its cgroups' paths, in whichever hierarchy. */
    readonly topCgroups: readonly string[];
}

/** All that there are now. */
export function processes(): Process[] {
    return readdirSync("/proc")
        .filter((name) => /^\d+$/.test(name))
        .flatMap((name) => {
            try {
                // The command is in parentheses and may have any character in it.
                const [, command, rest] = /^\d+ \((.*)\) (.*)$/s.exec(readFileSync(`/proc/${name}/stat`, "utf8")) ?? [];
                const fields = rest.split(" ");
                const network = readlinkSync(`/proc/${name}/ns/net`);
                const cgroups = readFileSync(`/proc/${name}/cgroup`, "utf8").matchAll(/^[^:]*:[^:]*:\/([^/\n]+)/gm);
                const topCgroups = [...cgroups].map(([, top]) => top);
                return [
                    { pid: Number(name), parent: Number(fields[1]), started: fields[19], command, network, topCgroups },
                ];
            } catch {
                return []; // it ended meanwhile
            }
        });
}

/** A process and all that descend from it. For PID 1 of a namespace these are all in it: its orphans are its own. */
export function familyOf(pid: number): Process[] {
    const all = processes();
    const family = all.filter((each) => each.pid === pid);
    for (const member of family) {
        family.push(...all.filter(({ parent }) => parent === member.pid)); // the loop gets to them too
    }
    return family;
}

/** The lines of all processes' mounts that contain one of these. */
export function mountsWith(...texts: readonly string[]): string[] {
    const lines = processes().flatMap(({ pid }) => {
        try {
            return readFileSync(`/proc/${pid}/mountinfo`, "utf8").split("\n");
        } catch {
            return [];
        }
    });
    return [...new Set(lines.filter((line) => texts.some((text) => line.includes(text))))];
}
