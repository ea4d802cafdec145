import * as pulumi from "@pulumi/pulumi";
import { isUtf8 } from "node:buffer";
import type { Upload } from "../machine/files/upload";

/** The texts of all secrets in these files; itself a secret where there is one. */
export function secretTexts(uploads: readonly Upload[]): pulumi.Output<string[]> {
    const texts = uploads.flatMap(textsOf);
    const secrecy = Promise.all(texts.map((text) => pulumi.isSecret(pulumi.output(text))));
    return pulumi.output(secrecy.then((secret) => texts.filter((_, index) => secret[index])));
}

/** What a program could print of a file; what it prints of bytes isn't in Base64 any more. */
function textsOf({ content, contentBase64, rendered }: Upload): pulumi.Input<string>[] {
    return [
        ...(content === undefined ? [] : [content]),
        ...(contentBase64 === undefined ? [] : [contentBase64, pulumi.output(contentBase64).apply(decoded)]),
        ...Object.values(rendered?.values ?? {}),
    ];
}

function decoded(base64: string): string {
    const bytes = Buffer.from(base64, "base64");
    return isUtf8(bytes) ? bytes.toString("utf8") : "";
}
