import names from "../programs/names.json";
import type { BadValue } from "./problem";

const TTL = new RegExp(names.ttl);

/** Hours, days or weeks; `undefined` is for the default. */
export function ttlProblems(argument: string, value: string | undefined): BadValue[] {
    return value === undefined || TTL.test(value)
        ? []
        : [{ argument, value, allowed: "a number of hours, days or weeks: 8h, 3d, 2w" }];
}
