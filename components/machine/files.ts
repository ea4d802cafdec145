import type * as pulumi from "@pulumi/pulumi";
import { isUtf8 } from "node:buffer";
import { readFileSync, statSync } from "node:fs";
import type { Problem } from "../problems";
import { PLAIN_PATH } from "./path";
import type { Upload } from "./upload";

/** A file of the machine. Exactly one of `content`, `contentBase64` and `source` says what is in it. */
export interface FileArgs {
    /** The text itself; may be a Pulumi secret. */
    content?: pulumi.Input<string>;
    /** The bytes themselves, in Base64 (RFC 4648); may be a Pulumi secret. */
    contentBase64?: pulumi.Input<string>;
    /**
     * A file beside the Pulumi program, relative to its working directory. What is in it is readable in state; for one that
     * is secret, use `content: pulumi.secret(readFileSync(…, "utf8"))`.
     */
    source?: string;
    /**
     * Permissions in octal, three or four digits.
     * @default "0644"
     */
    mode?: string;
    /**
     * Owner inside the machine, by name or number, `user` or `user:group`. It is set at each boot before any service starts;
     * a user that doesn't exist by then (sysusers.d(5) makes some) fails `machine-setup.service`.
     * @default "root:root"
     */
    owner?: string;
}

const MODE = /^[0-7]{3,4}$/;
/** Names as useradd(8) allows them, or numbers. */
const OWNER = /^[A-Za-z0-9_][A-Za-z0-9_.-]*\$?(:[A-Za-z0-9_][A-Za-z0-9_.-]*)?$/;
/** Docker's own binds, and what is mounted over or emptied at boot: a file there would never be seen. */
const HIDDEN = /^\/(run|tmp|proc|sys|dev)\/|^\/etc\/(hosts|hostname|resolv\.conf)$/;

/** The files as the container gets them. */
export function fileUploads(files: Record<string, FileArgs> = {}): Upload[] {
    return Object.entries(files).map(([file, args]) => upload(file, args));
}

/** One file of that kind. */
export function upload(file: string, { content, contentBase64, source, mode }: FileArgs): Upload {
    const permissions = mode ?? "0644";
    if (source === undefined) {
        return content === undefined ? { file, contentBase64, permissions } : { file, content, permissions };
    }
    // The content, not the provider's `source`: that is compared by name only, and edits would go unseen.
    const bytes = readFileSync(source);
    return isUtf8(bytes)
        ? { file, content: bytes.toString("utf8"), permissions }
        : { file, contentBase64: bytes.toString("base64"), permissions };
}

/** Path → owner, of the files that have one: the engine's upload knows only the host's user names. */
export function fileOwners(files: Record<string, FileArgs> = {}): [string, string][] {
    return Object.entries(files).flatMap(([file, { owner }]) => (owner === undefined ? [] : [[file, owner]]));
}

/** Everything wrong with one machine's files. */
export function fileProblems(files: Record<string, FileArgs> = {}, argument: string): Problem[] {
    return [
        ...provisionedFileProblems(files, argument),
        ...Object.keys(files)
            .filter((file) => HIDDEN.test(file))
            .map((file) => ({
                argument,
                value: file,
                allowed: "a path that nothing is mounted over, and that no boot empties",
                mend: "For /run and /tmp, bring a file of tmpfiles.d(5) that makes it at each boot",
            })),
    ];
}

/** Everything wrong with files that are put into a running machine. */
export function provisionedFileProblems(files: Record<string, FileArgs> = {}, argument: string): Problem[] {
    return Object.entries(files).flatMap(([file, args]) => oneFileProblems(file, args, argument));
}

function oneFileProblems(file: string, args: FileArgs, argument: string): Problem[] {
    const that = `${argument}["${file}"]`;
    return [
        ...(PLAIN_PATH.test(file)
            ? []
            : [{ argument, value: file, allowed: "the absolute path of a file inside the machine, without . and .." }]),
        ...contentProblems(args, that),
        ...(args.mode === undefined || MODE.test(args.mode)
            ? []
            : [{ argument: `${that}.mode`, value: args.mode, allowed: 'octal permissions, "0644"' }]),
        ...(args.owner === undefined || OWNER.test(args.owner)
            ? []
            : [{ argument: `${that}.owner`, value: args.owner, allowed: '"user" or "user:group", names or numbers' }]),
    ];
}

/** Whether there is such a file beside the program; a directory has no content. */
export function isFile(source: string): boolean {
    return statSync(source, { throwIfNoEntry: false })?.isFile() ?? false;
}

const BASE64 = /^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** The value is left out of the message: content may be a secret. */
export function contentProblems(
    args: { content?: unknown; contentBase64?: unknown; source?: string },
    argument: string,
): Problem[] {
    const given = (["content", "contentBase64", "source"] as const).filter((kind) => args[kind] !== undefined);
    if (given.length !== 1) {
        const value = given.length === 0 ? undefined : given.join(" and ");
        return [{ argument, value, allowed: "exactly one of `content`, `contentBase64` and `source`" }];
    }
    if (typeof args.contentBase64 === "string" && !BASE64.test(args.contentBase64)) {
        // The provider would decode what it can, and say nothing.
        return [{ argument: `${argument}.contentBase64`, value: "(not shown)", allowed: "Base64 with its padding" }];
    }
    return args.source === undefined || isFile(args.source)
        ? []
        : [
              {
                  argument: `${argument}.source`,
                  value: args.source,
                  allowed: `a file, relative to the program's working directory (${process.cwd()})`,
              },
          ];
}
