import linux from "../programs/linux.json";
import type { BadValue } from "./problem";

/**
 * For an argument, or a variable with its name and `=`, in bytes: MAX_ARG_STRLEN, 32 pages of 4 KiB (execve(2)), but for 8: the
 * NUL that ends it, and what we put before a variable's name on its way.
 */
export const MOST_BYTES = linux.mostVariableBytes;
/** For all of them: a quarter of the usual 8 MiB of stack (execve(2)), of which the process has others too. */
const MOST_SUM_BYTES = linux.mostVariablesBytes;

/** Everything that keeps a process from being started with these arguments; none of them is a secret. */
export function wordProblems(words: readonly string[], argument: string): BadValue[] {
    return words.flatMap((word, index) => textProblems(word, word, `${argument}[${index}]`));
}

/**
 * Everything that keeps a process from being started with these variables. Values may be secrets: they are never part of the
 * message; what of them is known only later isn't looked at.
 */
export function variableProblems(variables: Readonly<Record<string, unknown>>, argument: string): BadValue[] {
    const known = Object.entries(variables).filter((entry): entry is [string, string] => typeof entry[1] === "string");
    const each = known.flatMap(([name, value]) =>
        textProblems(`${name}=${value}`, "(not shown)", `${argument}.${name}`),
    );
    const sum = known.reduce((bytes, [name, value]) => bytes + Buffer.byteLength(`${name}=${value}`), 0);
    return each.length > 0 || sum <= MOST_SUM_BYTES
        ? each
        : [
              {
                  argument,
                  value: `${sum} bytes`,
                  allowed: `at most ${MOST_SUM_BYTES} bytes together, names included: Linux starts no process with more`,
                  mend: MEND,
              },
          ];
}

const MEND = "Put what is large into one of the `files`, and read it there";

/** Everything that keeps a text from being an argument or a variable. */
export function textProblems(text: string, value: string, argument: string): BadValue[] {
    if (text.includes("\0")) {
        return [{ argument, value: value, allowed: "text without the character NUL, which would end it" }];
    }
    const bytes = Buffer.byteLength(text);
    return bytes <= MOST_BYTES
        ? []
        : [
              {
                  argument,
                  value: `${bytes} bytes`,
                  allowed: `at most ${MOST_BYTES} bytes: Linux starts no process with more in one text`,
                  mend: MEND,
              },
          ];
}
