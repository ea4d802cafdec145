import type { BadValue } from "./problem";

const MODE = /^[0-7]{3,4}$/;

/** Permissions as chmod(1) takes them, in octal; `undefined` is for the default, which `example` may be. */
export function modeProblems(argument: string, value: string | undefined, example: string): BadValue[] {
    return value === undefined || MODE.test(value)
        ? []
        : [{ argument, value, allowed: `octal permissions, "${example}"` }];
}
