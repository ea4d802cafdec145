import type { BadValue, Problem } from "./problem";

/**
 * What is wrong with values beside what is wrong with their types, without its echoes: a value of a wrong type was left out, so
 * that something seems to be missing, or to be empty, where it was.
 */
export function withoutEchoes(types: readonly BadValue[], values: readonly Problem[]): Problem[] {
    return [...types, ...values.filter((problem) => !types.some(({ argument }) => isEcho(problem, argument)))];
}

function isEcho(problem: Problem, mistyped: string): boolean {
    return (
        isWithin(problem.argument, mistyped) ||
        (isWithin(mistyped, problem.argument) && !("with" in problem) && isNothing(problem.value))
    );
}

/** `ports[0].port` is within `ports[0]`, which is within `ports`. */
function isWithin(argument: string, other: string): boolean {
    return argument === other || [".", "["].some((next) => argument.startsWith(`${other}${next}`));
}

function isNothing(value: unknown): boolean {
    return value === undefined || value === "" || (typeof value === "object" && Object.keys(value ?? {}).length === 0);
}
