import * as pulumi from "@pulumi/pulumi";
import { isUtf8 } from "node:buffer";
import type { FileArgs } from "./files";
import type { UnitArgs } from "./units";

/** The arguments of a machine in which there may be secrets. */
export interface SecretiveArgs {
    readonly files?: Record<string, FileArgs>;
    readonly units?: Record<string, UnitArgs>;
    readonly environment?: Record<string, pulumi.Input<string>>;
}

/** As long as the environment of a command may be (execve(2)), with room for others; what is longer is not looked for. */
const MOST_CHARACTERS = 64 * 1024;

/** The texts of all secrets among these values, one after the other; itself a secret where there is one. */
export function secretTexts(...given: readonly SecretiveArgs[]): pulumi.Output<string> {
    const secrets = onlySecrets(given.flatMap(textsOf), (text) => text);
    return pulumi.output(secrets).apply((texts) => texts.join("\n").slice(0, MOST_CHARACTERS));
}

/** The names of those values that are secrets. */
export function secretNames(values: Record<string, pulumi.Input<string>>): pulumi.Output<string[]> {
    const secrets = onlySecrets(Object.entries(values), ([, value]) => value);
    return pulumi.output(secrets.then((entries) => entries.map(([name]) => name)));
}

async function onlySecrets<Item>(
    items: readonly Item[],
    valueOf: (item: Item) => pulumi.Input<string>,
): Promise<Item[]> {
    const secret = await Promise.all(items.map((item) => pulumi.isSecret(pulumi.output(valueOf(item)))));
    return items.filter((_, index) => secret[index]);
}

function textsOf({ files = {}, units = {}, environment = {} }: SecretiveArgs): pulumi.Input<string>[] {
    const dropIns = Object.values(units).flatMap((unit) => Object.values(unit.dropIns ?? {}));
    const contents = [...Object.values(files), ...Object.values(units), ...dropIns].map(({ content }) => content);
    const bytes = Object.values(files).map(({ contentBase64 }) => contentBase64);
    return [
        ...[...contents, ...bytes, ...Object.values(environment)].filter((text) => text !== undefined),
        // What a program prints of a file isn't in Base64 any more.
        ...bytes.filter((text) => text !== undefined).map((text) => pulumi.output(text).apply(decoded)),
    ];
}

function decoded(base64: string): string {
    const bytes = Buffer.from(base64, "base64");
    return isUtf8(bytes) ? bytes.toString("utf8") : "";
}
