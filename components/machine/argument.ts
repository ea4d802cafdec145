import type { Problem } from "../rules/problem";
import { isMap } from "../rules/shown";
import type { MachineName } from "./machine-name";

/** All that is known of one argument: what can be wrong with it, and what it adds to the machine. */
export interface Argument<Value, Spec> {
    /** Everything wrong with a value of its type; `argument` is its path. */
    problems?(this: void, value: Value, argument: string): Problem[];
    /** What it adds; without a value, the default. Lists are joined, maps merged. */
    spec?(this: void, value: Value | undefined, machine: MachineName): Partial<Spec>;
}

/** One row for each argument: one without a row doesn't compile. */
export type ArgumentTable<Args, Spec> = {
    readonly [Name in keyof Required<Args>]: Argument<Exclude<Args[Name], undefined>, Spec>;
};

/** What is wrong with each argument by itself, by its name. */
export function problemsByArgument<Args extends object, Spec>(
    table: ArgumentTable<Args, Spec>,
    args: Args,
    prefix: string,
): Record<string, Problem[]> {
    return Object.fromEntries(
        rows(table).map(([name, { problems }]) => {
            const value = args[name];
            return [name, value === undefined || problems === undefined ? [] : problems(value, `${prefix}${name}`)];
        }),
    );
}

/** What all arguments add to a machine of that name. */
export function compose<Args extends object, Spec extends object>(
    table: ArgumentTable<Args, Spec>,
    args: Args,
    machine: MachineName,
): Spec {
    const parts = rows(table).map(([name, { spec }]) => spec?.(args[name], machine) ?? {});
    // Each row adds its part whole, given or not.
    return parts.reduce(joined, machine) as Spec;
}

type Name<Args> = keyof Args & string;

function rows<Args, Spec>(table: ArgumentTable<Args, Spec>) {
    return Object.entries(table) as [Name<Args>, Argument<Args[Name<Args>], Spec>][];
}

function joined(spec: object, part: object): object {
    const before: Record<string, unknown> = { ...spec };
    return {
        ...spec,
        ...Object.fromEntries(Object.entries(part).map(([key, value]) => [key, join(before[key], value)])),
    };
}

function join(before: unknown, added: unknown): unknown {
    if (Array.isArray(before) && Array.isArray(added)) {
        return [...(before as unknown[]), ...(added as unknown[])];
    }
    return isMap(before) && isMap(added) ? { ...before, ...added } : added;
}
