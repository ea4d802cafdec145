import { member } from "./member";
import type { BadValue, Problem } from "./problem";
import { describeShape, type Fields, referredType, type Shape } from "./shape";
import { isMap, kindOf } from "./shown";

/** What to do with a value that may be an output where the shape allows one. */
export interface Fitting {
    readonly problems: BadValue[];
    /** The value is secret, and must not be shown. */
    readonly secret?: boolean;
    /** Makes of it what is kept: a secret, for one. */
    readonly keep?: (value: unknown) => unknown;
    /** A fraction may come as text: `pulumi config set --path` makes numbers of whole ones only. */
    readonly fractionsAsText?: boolean;
}

/**
 * What of a value has the shape that it must have; what hasn't goes into `problems`, and is left out. Nothing that is known
 * only later is looked into. `null` is what YAML has for "nothing".
 *
 * TypeScript doesn't look when Pulumi runs a program, and other languages call us too.
 */
export function fit(value: unknown, shape: Shape, argument: string, fitting: Fitting): unknown {
    if (isLater(value)) {
        return shape.plain
            ? refuse(fitting, argument, "an output", `${describeShape(shape)} that is known beforehand, and no secret`)
            : value;
    }
    const named = referredType(shape);
    if (named?.properties !== undefined) {
        return fitFields(value, named as Fields, argument, fitting);
    }
    const words = named?.enum?.map((member) => member.value);
    if (words !== undefined) {
        return words.includes(value as string) ? value : refuse(fitting, argument, value, `one of ${words.join(", ")}`);
    }
    if (shape.items !== undefined) {
        return fitList(value, shape.items, argument, fitting);
    }
    if (shape.additionalProperties !== undefined) {
        return fitMap(value, shape.additionalProperties, argument, fitting);
    }
    const { keep = (kept: unknown) => kept } = fitting;
    const read = fitting.fractionsAsText && shape.type === "number" ? fractionOf(value) : value;
    return isScalar(read, shape.type)
        ? shape.plain
            ? read
            : keep(read)
        : refuse(
              fitting,
              argument,
              shape.plain ? value : `(${kindOf(value)})`,
              // The commonest mistake of all, in YAML and in `pulumi config`.
              shape.type === "string" ? inQuotes(value, shape, fitting) : describeShape(shape),
          );
}

/** Arguments as far as they have the shape that they must have, and what is wrong with them. */
export interface Checked<Args, Wrong = Problem> {
    readonly args: Args;
    readonly problems: readonly Wrong[];
}

/** All arguments of a component, or of a part of it. */
export function fitted<Args>(given: unknown, fields: Fields, argument = ""): Checked<Args, BadValue> {
    const problems: BadValue[] = [];
    const args = fitFields(given ?? {}, fields, argument, { problems }) ?? {};
    return { args: args as Args, problems };
}

function inQuotes(value: unknown, { plain }: Shape, { secret }: Fitting): string {
    const isWord = typeof value === "number" || typeof value === "boolean";
    return isWord ? `text, in quotes${plain && !secret ? `: "${value}"` : ""}` : "text";
}

/** These names and no other. */
export function fitFields(
    value: unknown,
    { properties, required = [] }: Fields,
    argument: string,
    fitting: Fitting,
): unknown {
    if (!isMap(value)) {
        return refuse(fitting, argument, value, "names with values, of a type each");
    }
    const given = Object.entries(value).filter(([, each]) => each !== undefined && each !== null);
    // Its own names: every object answers to `toString`.
    const known = new Set(Object.keys(properties));
    const unknown = given.filter(([name]) => !known.has(name));
    const missing = required.filter((name) => !given.some(([each]) => each === name));
    fitting.problems.push(
        ...unknown.map(([name]) => unknownName(member(argument, name), [...known])),
        ...missing.map((name) => ({
            argument: member(argument, name),
            value: undefined,
            allowed: describeShape(properties[name]),
        })),
    );
    return Object.fromEntries(
        given
            .filter(([name]) => known.has(name))
            .map(([name, each]) => [name, fit(each, properties[name], member(argument, name), fitting)] as const)
            .filter(([, each]) => each !== undefined),
    );
}

/** The value is left out: it may be a secret under a mistyped name. */
function unknownName(argument: string, known: readonly string[]): BadValue {
    return { argument, value: "an unknown name", allowed: `one of ${[...known].sort().join(", ")}` };
}

function fitMap(value: unknown, shape: Shape, argument: string, fitting: Fitting): unknown {
    if (!isMap(value)) {
        return refuse(fitting, argument, value, `names, each with ${describeShape(shape)}`);
    }
    const entries = Object.entries(value).map(([name, each]) => {
        const path = member(argument, name);
        return [
            name,
            each === undefined || each === null
                ? refuse(fitting, path, undefined, `${describeShape(shape)}${orEmpty(shape)}`)
                : fit(each, shape, path, fitting),
        ] as const;
    });
    return Object.fromEntries(entries.filter(([, each]) => each !== undefined));
}

/** What YAML has for "nothing" is nothing at all in a map; of a machine, there may be nothing to say. */
function orEmpty(shape: Shape): string {
    return shape.$ref === undefined ? "" : "; {} where there is nothing to say";
}

function fitList(value: unknown, shape: Shape, argument: string, fitting: Fitting): unknown {
    return Array.isArray(value)
        ? value.map(
              (item: unknown, index) =>
                  // Something has to be in its place, or those after it would be said to be others.
                  (item === undefined || item === null
                      ? refuse(fitting, `${argument}[${index}]`, undefined, describeShape(shape))
                      : fit(item, shape, `${argument}[${index}]`, fitting)) ?? nothing(shape),
          )
        : refuse(fitting, argument, value, `a list, each item ${describeShape(shape)}`);
}

function nothing({ $ref, type }: Shape): unknown {
    return $ref === undefined ? (type === "string" ? "" : 0) : {};
}

function refuse({ problems, secret }: Fitting, argument: string, value: unknown, allowed: string): undefined {
    problems.push({ argument: argument || "args", value: secret ? "a secret" : value, allowed });
}

function fractionOf(value: unknown): unknown {
    return typeof value === "string" && /^\d+\.\d+$/.test(value) ? Number(value) : value;
}

function isScalar(value: unknown, type: string | undefined): boolean {
    return type === "integer" || type === "number" ? Number.isFinite(value) : typeof value === type;
}

/** An output of Pulumi's, or a promise: without making one. */
function isLater(value: unknown): boolean {
    const { __pulumiOutput: isOutput, then } = (value ?? {}) as { __pulumiOutput?: unknown; then?: unknown };
    return typeof value === "object" && (isOutput === true || typeof then === "function");
}
