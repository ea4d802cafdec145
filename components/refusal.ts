import * as pulumi from "@pulumi/pulumi";
import { describeProblems, type Problem } from "./rules/problem";

/**
 * Throws one error with all the problems, without a stack trace; does nothing where there are none.
 *
 * For constructors, which look at their arguments before they make anything.
 */
export function refuseArguments(resource: pulumi.Resource, problems: readonly Problem[]): void {
    if (problems.length > 0) {
        throw refusal(describeProblems(problems, "nothing was created"), resource);
    }
}

/** The same for what only the host can tell: other resources may have been made by then. */
export function refuseOnHost(resource: pulumi.Resource, problems: readonly Problem[]): void {
    if (problems.length > 0) {
        throw refusal(describeProblems(problems), resource);
    }
}

/** An error that Pulumi shows as its message alone, under the resource's name. */
export function refusal(message: string, resource: pulumi.Resource): pulumi.ResourceError {
    return withoutStack(new pulumi.ResourceError(message, resource, true));
}

/** Pulumi never shows it, but inspects every error that has one, with all that it refers to: many seconds. */
export function withoutStack<T extends Error>(error: T): T {
    error.stack = undefined;
    return error;
}
