import { isUtf8 } from "node:buffer";
import { readFileSync } from "node:fs";
import type { BadValue } from "../../rules/problem";
import { isFile, sizeProblems, sourceProblems } from "../files/content";

/** What a step runs: one of the two. */
export interface ScriptArgs {
    readonly script?: string;
    readonly inline?: string;
}

/** Everything wrong with what a step runs: the machine gets it byte for byte, and nobody could tell from its words what is wrong. */
export function scriptProblems({ script, inline }: ScriptArgs, argument: string): BadValue[] {
    if ((script === undefined) === (inline === undefined)) {
        const value = script === undefined ? undefined : "script and inline";
        return [{ argument, value, allowed: "exactly one of `script` and `inline`" }];
    }
    if (script === undefined) {
        return textProblems(Buffer.from(inline ?? ""), `${argument}.inline`, inline);
    }
    const unreadable = isFile(script)
        ? sizeProblems([{ source: script }], `${argument}.script`)
        : sourceProblems(script, `${argument}.script`);
    return unreadable.length > 0 ? unreadable : textProblems(readFileSync(script), `${argument}.script`, script);
}

function textProblems(bytes: Buffer, argument: string, value: unknown): BadValue[] {
    const fault = FAULTS.find(({ is }) => is(bytes));
    return fault === undefined ? [] : [{ argument, value, allowed: fault.allowed, mend: fault.mend }];
}

/** What makes a text something that neither Linux nor an interpreter takes for a script; the first that is so is said. */
const FAULTS: readonly { is: (bytes: Buffer) => boolean; allowed: string; mend: string }[] = [
    {
        is: (bytes) => ["fffe", "feff"].includes(bytes.toString("hex", 0, 2)),
        allowed: "a text in UTF-8; this one is in UTF-16",
        mend: "Save it as UTF-8",
    },
    {
        is: (bytes) => bytes.includes(0) || !isUtf8(bytes),
        allowed: "a text in UTF-8; this one has bytes that no such text has",
        mend: "A program is no script: put it into `files` of the step, and let the script run it there",
    },
    {
        // Linux looks for `#!` in the first two bytes (execve(2)).
        is: (bytes) => bytes.toString("hex", 0, 3) === "efbbbf",
        allowed: "a text without a byte order mark, which hides its first line",
        mend: "Save it as UTF-8 without one (BOM)",
    },
    {
        // A carriage return would be part of the interpreter's name, and of each command's last word.
        is: (bytes) => /^[^\n]*\r\n/.test(bytes.toString("latin1", 0, 4096)),
        allowed: "lines that end with LF; these are Windows line ends, CR LF",
        mend: "Save it with Unix line ends (dos2unix; in .gitattributes, `*.sh text eol=lf`)",
    },
];
