import type { BadValue } from "./problem";

/** One of a few words; `undefined` is for the default. `none` says what is allowed where there are no words yet. */
export function choiceProblems(
    argument: string,
    value: string | undefined,
    choices: readonly string[],
    none = "nothing",
): BadValue[] {
    return value === undefined || choices.includes(value)
        ? []
        : [{ argument, value, allowed: choices.length === 0 ? none : `one of ${choices.join(", ")}` }];
}
