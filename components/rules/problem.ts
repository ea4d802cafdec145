import { abridged, shown, visible } from "./shown";

/** A value that is not as it should be, in the parts that a person needs to mend it. */
export interface BadValue {
    /** The argument's path, `machines.web.ports[0].port`. */
    readonly argument: string;
    /** What was given; never a secret. `undefined` is for what is missing. */
    readonly value: unknown;
    /** What is allowed instead. */
    readonly allowed: string;
    /** What to do, where `allowed` doesn't say it already. */
    readonly mend?: string;
}

/** Two things that are right by themselves and can't be had together. */
export interface Conflict {
    /** The argument's path. */
    readonly argument: string;
    /** What it can't be combined with: another argument's path, or a property of the host. */
    readonly with: string;
    readonly why: string;
    readonly mend: string;
}

/** One thing wrong with the arguments. */
export type Problem = BadValue | Conflict;

/** All the problems as the person reads them, one a line; `consequence` says what became of it all. */
export function describeProblems(problems: readonly Problem[], consequence?: string): string {
    const wrong =
        problems.length === 1
            ? "1 argument is not as it should be"
            : `${problems.length} arguments are not as they should be`;
    const headline = consequence === undefined ? wrong : `${wrong}; ${consequence}`;
    return [`${headline}:`, ...problems.map((problem) => `  ${visible(describe(problem))}`)].join("\n");
}

function describe(problem: Problem): string {
    if ("with" in problem) {
        return `${abridged(problem.argument)} can't be combined with ${problem.with}: ${problem.why}. ${problem.mend}.`;
    }
    const { argument, value, allowed, mend } = problem;
    return `${abridged(argument)}: ${shown(value)}; allowed: ${allowed}.${mend === undefined ? "" : ` ${mend}.`}`;
}
