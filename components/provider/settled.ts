import * as pulumi from "@pulumi/pulumi";
import { type Fields, referredType, type Shape } from "../rules/shape";
import { isMap } from "../rules/shown";

/** What an Output is made of; the SDK keeps it to itself, and its own providers have no other way to wait for one. */
interface Parts {
    readonly isKnown: Promise<boolean>;
    readonly isSecret: Promise<boolean>;
    promise(): Promise<unknown>;
}

/**
 * A value with its outputs replaced by what they are, wherever the components take nothing that is known later. In YAML and Go
 * nearly everything is an output: the base of another stack, the answer of a function.
 *
 * What isn't known yet stays as it is, and so does a secret, which must not be seen; the components refuse them by name.
 */
export async function settled(value: unknown, shape: Shape): Promise<unknown> {
    if (pulumi.Output.isInstance(value)) {
        return shape.plain ? settledOutput(value, shape) : value;
    }
    const fields = referredType(shape)?.properties;
    if (fields !== undefined) {
        return settledFields(value, { properties: fields });
    }
    const { items, additionalProperties } = shape;
    if (items !== undefined && Array.isArray(value)) {
        return Promise.all(value.map((item) => settled(item, items)));
    }
    return additionalProperties !== undefined && isMap(value)
        ? settledEntries(value, () => additionalProperties)
        : value;
}

/** The same for all arguments of a component; unknown names are left for the one who refuses them. */
export function settledFields(value: unknown, { properties }: Fields): Promise<unknown> {
    const known = new Map(Object.entries(properties));
    return isMap(value) ? settledEntries(value, (name) => known.get(name) ?? {}) : Promise.resolve(value);
}

async function settledEntries(values: Record<string, unknown>, shapeOf: (name: string) => Shape): Promise<unknown> {
    return Object.fromEntries(
        await Promise.all(
            Object.entries(values).map(async ([name, each]) => [name, await settled(each, shapeOf(name))] as const),
        ),
    );
}

async function settledOutput(output: object, shape: Shape): Promise<unknown> {
    const { isKnown, isSecret } = output as Parts;
    const isPlain = (await isKnown) && !(await isSecret);
    return isPlain ? settled(await (output as Parts).promise(), shape) : output;
}
