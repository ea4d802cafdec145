import * as pulumi from "@pulumi/pulumi";
import type { Problem } from "../components/problems";

/** What a value must look like where TypeScript can't look: `pulumi config` takes anything. */
export type Shape =
    | "text"
    /** Text that may be a secret, and stays one. */
    | "secret"
    | "number"
    | "flag"
    | { readonly list: Shape }
    /** Any names, values of one shape. */
    | { readonly map: Shape }
    /** These names and no other. */
    | { readonly fields: Readonly<Record<string, Shape>> };

/** The shape of an interface; a field that is missing here is an error of the compiler. */
export function fields<T>(shapes: Record<keyof Required<T>, Shape>): { readonly fields: Record<string, Shape> } {
    return { fields: shapes };
}

/** What is right in the value, with secrets marked; what is wrong goes into `problems`. */
export function fit(argument: string, value: unknown, shape: Shape, secret: boolean, problems: Problem[]): unknown {
    const refuse = (allowed: string): undefined => {
        problems.push({ argument, value: secret ? "a secret" : value, allowed });
    };
    if (value === undefined || value === null) {
        return undefined;
    }
    if (typeof shape === "string") {
        const { type, allowed } = SCALARS[shape];
        if (typeof value !== type) {
            return refuse(allowed);
        }
        return shape === "secret" && secret ? pulumi.secret(value) : value;
    }
    if ("list" in shape) {
        return Array.isArray(value)
            ? value.map((item, index) => fit(`${argument}[${index}]`, item, shape.list, secret, problems))
            : refuse("a list");
    }
    if (typeof value !== "object" || Array.isArray(value)) {
        return refuse("names with values: set them with `pulumi config set --path`");
    }
    return Object.fromEntries(
        Object.entries(value).flatMap(([name, item]: [string, unknown]) => {
            const inner = "map" in shape ? shape.map : shape.fields[name];
            const path = argument === "" ? name : `${argument}.${name}`;
            if (inner === undefined) {
                problems.push(unknownName(path, Object.keys((shape as { fields: object }).fields)));
                return [];
            }
            return [[name, fit(path, item, inner, secret, problems)]];
        }),
    );
}

const SCALARS = {
    text: { type: "string", allowed: 'text; in quotes where it looks like a number, "1"' },
    secret: { type: "string", allowed: 'text; in quotes where it looks like a number, "1"' },
    number: { type: "number", allowed: "a number" },
    flag: { type: "boolean", allowed: "true or false" },
} as const;

/** The value is left out: it may be a secret under a mistyped name. */
export function unknownName(argument: string, known: readonly string[]): Problem {
    return {
        argument,
        value: "an unknown name",
        allowed: `one of ${[...known].sort().join(", ")}`,
        mend: `pulumi config rm --path ${argument}`,
    };
}
