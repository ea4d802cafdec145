import type { BadValue } from "./problem";

/** A whole number from `least` to `most`; `undefined` is for the default. */
export function wholeNumberProblems(
    argument: string,
    value: number | undefined,
    least: number,
    most: number,
    unit = "",
): BadValue[] {
    const fits = value === undefined || (Number.isInteger(value) && value >= least && value <= most);
    return fits ? [] : [{ argument, value, allowed: `${unit}a whole number from ${least} to ${most}` }];
}
