import schema from "../schema.json";

/** A type in Pulumi's words (https://www.pulumi.com/docs/iac/using-pulumi/pulumi-packages/schema). */
export interface Shape {
    readonly type?: string;
    readonly $ref?: string;
    /** It must be known when the program runs; anything else may be an output. */
    readonly plain?: boolean;
    readonly items?: Shape;
    readonly additionalProperties?: Shape;
}

/** A set of named values, some of which have to be there. */
export interface Fields {
    readonly properties: Readonly<Record<string, Shape>>;
    readonly required?: readonly string[];
}

interface NamedType extends Partial<Fields> {
    readonly type: string;
    readonly enum?: readonly { readonly value: string }[];
}

const TYPES = schema.types as Readonly<Record<string, NamedType>>;

/** The type of that name in the schema. */
export function namedType(name: string): NamedType {
    return TYPES[`${schema.name}:index:${name}`];
}

/** The type that the shape refers to; nothing where it says itself what it is. */
export function referredType({ $ref }: Shape): NamedType | undefined {
    return $ref === undefined ? undefined : TYPES[$ref.replace("#/types/", "")];
}

/** What a component of that name takes. */
export function argumentsOf(component: "SystemdSandbox" | "SystemdBase" | "SystemdCluster"): Fields {
    const { inputProperties, requiredInputs } = schema.resources[`centos-systemd:index:${component}`];
    return { properties: inputProperties, required: requiredInputs };
}

/** A type as a person says it. */
export function describeShape({ type, $ref, items, additionalProperties }: Shape): string {
    const name = $ref?.split(":").at(-1);
    if (name !== undefined) {
        return namedType(name).enum === undefined ? "names with values" : "a word";
    }
    if (items !== undefined || additionalProperties !== undefined) {
        return items === undefined ? "names with values" : "a list";
    }
    return DESCRIPTIONS[type ?? ""];
}

const DESCRIPTIONS: Readonly<Record<string, string>> = {
    string: "text",
    integer: "a whole number",
    number: "a number",
    boolean: "true or false",
};
