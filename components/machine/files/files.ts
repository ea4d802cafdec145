import type { Input } from "@pulumi/pulumi";
import { member } from "../../rules/member";
import { modeProblems } from "../../rules/mode";
import { pathProblems } from "../../rules/path";
import type { BadValue } from "../../rules/problem";
import type { ArgumentTable } from "../argument";
import { contentProblems, sizeProblems } from "./content";
import { withoutLinks } from "./hierarchy";
import { placeProblems } from "./places";
import type { Upload, UploadSpec } from "./upload";

/** A file of the machine. Exactly one of `content`, `contentBase64` and `source` says what is in it. */
export interface FileArgs {
    /** The text itself; may be a Pulumi secret. */
    content?: Input<string>;
    /** The bytes themselves, in Base64 (RFC 4648); may be a Pulumi secret. */
    contentBase64?: Input<string>;
    /**
     * A file beside the Pulumi program, relative to its working directory. What is in it is readable in state; give one that
     * is secret as `content`, read by the program and marked as a secret there.
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

/** What a machine finds in its file system when it boots. */
export interface FilesArgs {
    /**
     * Files to put into the machine before systemd starts: absolute path → file. A changed file replaces the machine.
     * @default none
     */
    files?: Record<string, FileArgs>;
}

export interface FilesSpec extends UploadSpec {
    /** Path → owner, of the files that have one: the engine's upload knows only the host's user names. */
    readonly owners: Readonly<Record<string, string>>;
}

function fileSpec(files: Readonly<Record<string, FileArgs>> = {}): FilesSpec {
    const owned = Object.entries(files).flatMap(([file, { owner }]) => (owner === undefined ? [] : [[file, owner]]));
    return { uploads: fileUploads(files), owners: Object.fromEntries(owned) as Record<string, string> };
}

/** The files as they go into a machine. */
export function fileUploads(files: Readonly<Record<string, FileArgs>> = {}): Upload[] {
    return Object.entries(files).map(([file, { content, contentBase64, source, mode }]) => ({
        file,
        content,
        contentBase64,
        source,
        permissions: mode ?? "0644",
    }));
}

/** Names as useradd(8) allows them, or numbers. */
const OWNER = /^[A-Za-z0-9_][A-Za-z0-9_.-]*\$?(:[A-Za-z0-9_][A-Za-z0-9_.-]*)?$/;
/** Docker's own binds, and what is mounted over or emptied at boot: a file there would never be seen. */
const HIDDEN = /^\/(run|tmp|proc|sys|dev)\/|^\/etc\/(hosts|hostname|resolv\.conf)$/;

/** Everything wrong with the files that a machine is to have when it boots. */
function fileProblems(files: Readonly<Record<string, FileArgs>>, argument: string): BadValue[] {
    return [
        ...stepFileProblems(files, argument),
        ...Object.keys(files)
            .filter((file) => HIDDEN.test(withoutLinks(file)))
            .map((file) => ({
                argument,
                value: file,
                allowed: "a path that nothing is mounted over, and that no boot empties",
                mend: "For /run and /tmp, bring a file of tmpfiles.d(5) that makes it at each boot",
            })),
    ];
}

/** Everything wrong with files that a step puts into the running machine. */
export function stepFileProblems(files: Readonly<Record<string, FileArgs>>, argument: string): BadValue[] {
    return [
        ...Object.entries(files).flatMap(([file, args]) => oneFileProblems(file, args, argument)),
        ...placeProblems(Object.keys(files), argument),
        ...sizeProblems(Object.values(files), argument),
    ];
}

function oneFileProblems(file: string, args: FileArgs, argument: string): BadValue[] {
    const that = member(argument, file);
    return [
        ...pathProblems(argument, file, `the absolute path of a file inside the machine, without "." or ".." in it`),
        ...contentProblems(args, that),
        ...modeProblems(`${that}.mode`, args.mode, "0644"),
        ...(args.owner === undefined || OWNER.test(args.owner)
            ? []
            : [{ argument: `${that}.owner`, value: args.owner, allowed: '"user" or "user:group", names or numbers' }]),
    ];
}

export const FILES = {
    files: { problems: fileProblems, spec: fileSpec },
} satisfies ArgumentTable<FilesArgs, FilesSpec>;
