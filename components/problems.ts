import * as pulumi from "@pulumi/pulumi";

/** One thing wrong with the arguments, in the four parts that a person needs to mend it. */
export interface Problem {
    /** The argument's path, `machines.web.ports[0].port`. */
    readonly argument: string;
    /** What was given; never a secret. */
    readonly value: unknown;
    /** What is allowed instead. */
    readonly allowed: string;
    /** What to do, where `allowed` doesn't say it already. */
    readonly mend?: string;
}

/** Throws one error with all the problems, without a stack trace; does nothing where there are none. */
export function refuse(resource: pulumi.Resource, problems: readonly Problem[]): void {
    if (problems.length > 0) {
        throw refusal(describeProblems(problems), resource);
    }
}

/** For what only shows later than {@link refuse}: on preview still, when something was looked at. */
export function refusal(message: string, resource: pulumi.Resource): pulumi.ResourceError {
    return withoutStack(new pulumi.ResourceError(message, resource, true));
}

/** Pulumi never shows it, but inspects every error that has one, with all that it refers to: many seconds. */
export function withoutStack<T extends Error>(error: T): T {
    error.stack = undefined;
    return error;
}

/** All the problems as the person reads them, one a line. */
export function describeProblems(problems: readonly Problem[]): string {
    const wrong =
        problems.length === 1
            ? "1 argument is not as it should be"
            : `${problems.length} arguments are not as they should be`;
    return [`${wrong}; nothing was created:`, ...problems.map(describe)].join("\n");
}

function describe({ argument, value, allowed, mend }: Problem): string {
    const given = value === undefined ? "missing" : JSON.stringify(value);
    return `  ${argument}: ${given}; allowed: ${allowed}.${mend === undefined ? "" : ` ${mend}.`}`;
}

/** RFC 1123 labels: names end up in host names, container names and cgroups, and the strictest of the three counts. */
const NAME = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/;

/** A name of a sandbox or a machine. */
export function nameProblems(argument: string, value: string): Problem[] {
    return NAME.test(value) && value.length <= 40
        ? []
        : [
              {
                  argument,
                  value,
                  allowed: "1 to 40 lower-case letters, digits and dashes, with a letter or digit at both ends",
              },
          ];
}

/** A whole number from `least` to `most`; `undefined` is for the default. */
export function integerProblems(
    argument: string,
    value: number | undefined,
    least: number,
    most: number,
    unit = "",
): Problem[] {
    const fits = value === undefined || (Number.isInteger(value) && value >= least && value <= most);
    return fits ? [] : [{ argument, value, allowed: `${unit}a whole number from ${least} to ${most}` }];
}

/** One of a few words; `undefined` is for the default. */
export function choiceProblems(argument: string, value: string | undefined, choices: readonly string[]): Problem[] {
    return value === undefined || choices.includes(value)
        ? []
        : [{ argument, value, allowed: `one of ${choices.join(", ")}` }];
}
