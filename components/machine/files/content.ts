import type { Input } from "@pulumi/pulumi";
import { isUtf8 } from "node:buffer";
import { readFileSync, statSync } from "node:fs";
import type { BadValue } from "../../rules/problem";

/** Where the content of a file of the machine comes from: exactly one of these. */
export interface ContentArgs {
    readonly content?: Input<string>;
    readonly contentBase64?: Input<string>;
    readonly source?: string;
}

/** The content of a source, as text where it is text. */
export function readSource(source: string): Pick<ContentArgs, "content" | "contentBase64"> {
    const bytes = readFileSync(source);
    return isUtf8(bytes) ? { content: bytes.toString("utf8") } : { contentBase64: bytes.toString("base64") };
}

/** Whether there is such a file beside the program; a directory has no content. */
export function isFile(source: string): boolean {
    try {
        return statSync(source).isFile();
    } catch {
        // Not there, not to be reached, or no path at all.
        return false;
    }
}

/** Pulumi takes 400 MiB in one message, in which bytes are Base64 (maxRPCMessageSize, sdk/nodejs/runtime/settings.ts). */
const MOST_MEBIBYTES = 256;

/** Contents that are more than Pulumi can keep, as far as they are known: an output's isn't, yet. */
export function sizeProblems(contents: readonly ContentArgs[], argument: string): BadValue[] {
    const mebibytes = contents.reduce((sum, content) => sum + knownBytes(content), 0) / 2 ** 20;
    return mebibytes <= MOST_MEBIBYTES
        ? []
        : [
              {
                  argument,
                  value: `${Math.ceil(mebibytes)} MiB`,
                  allowed: `at most ${MOST_MEBIBYTES} MiB together: Pulumi keeps them in its state`,
                  mend: "Put large ones into the image (baseImage), a volume or a folder",
              },
          ];
}

/** How many bytes it has; 0 for what isn't known yet. */
export function knownBytes({ content, contentBase64, source }: ContentArgs): number {
    const text = content ?? contentBase64;
    return typeof text === "string"
        ? Buffer.byteLength(text, content === undefined ? "base64" : "utf8")
        : source !== undefined && isFile(source)
          ? statSync(source).size
          : 0;
}

/** A file beside the program that isn't there. */
export function sourceProblems(source: string, argument: string): BadValue[] {
    return isFile(source)
        ? []
        : [
              {
                  argument,
                  value: source,
                  allowed: `a file, relative to the program's working directory (${process.cwd()})`,
              },
          ];
}

const BASE64 = /^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** Everything wrong with where a file's content comes from. The content itself may be a secret, and is never shown. */
export function contentProblems(args: ContentArgs, argument: string): BadValue[] {
    const given = (["content", "contentBase64", "source"] as const).filter((kind) => args[kind] !== undefined);
    if (given.length !== 1) {
        const value = given.length === 0 ? undefined : given.join(" and ");
        return [{ argument, value, allowed: "exactly one of `content`, `contentBase64` and `source`" }];
    }
    if (typeof args.contentBase64 === "string" && !BASE64.test(args.contentBase64)) {
        // The provider would decode what it can, and say nothing.
        return [{ argument: `${argument}.contentBase64`, value: "(not shown)", allowed: "Base64 with its padding" }];
    }
    return args.source === undefined ? [] : sourceProblems(args.source, `${argument}.source`);
}
