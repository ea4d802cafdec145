import type * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { Problem } from "../problems";
import { environmentUploads } from "./environment";
import { fileUploads } from "./files";
import { journalUploads } from "./journal";
import { type SetupArgs, setupUploads } from "./setup-unit";
import { type UlimitArgs, ulimitUploads } from "./ulimits";
import { type UnitArgs, unitUploads } from "./units";
import type { Upload } from "./upload";

/** The arguments that become files of the machine. */
export interface UploadingArgs extends SetupArgs {
    readonly journal?: string;
    readonly ulimits?: Record<string, UlimitArgs>;
}

/** All that a machine finds when it boots for the first time. */
export function machineUploads(args: UploadingArgs): Upload[] {
    return [...derivedUploads(args), ...fileUploads(args.files)];
}

/** What other arguments than `files` become. */
function derivedUploads(args: UploadingArgs): Upload[] {
    return [
        ...setupUploads(args),
        ...unitUploads(args.units),
        ...environmentUploads(args.environment),
        ...journalUploads(args.journal),
        ...ulimitUploads(args.ulimits),
    ];
}

/** Files that another argument makes too: the provider keeps uploads in no order, so nobody could say which one wins. */
export function uploadProblems(args: UploadingArgs, prefix: string): Problem[] {
    const withoutSources = Object.entries(args.units ?? {}).map(([unit, { dropIns = {}, ...file }]) => [
        unit,
        {
            ...withoutSource(file),
            dropIns: Object.fromEntries(Object.entries(dropIns).map(([name, dropIn]) => [name, withoutSource(dropIn)])),
        },
    ]);
    const units = Object.fromEntries(withoutSources) as Record<string, UnitArgs>;
    const derived = new Set(derivedUploads({ ...args, units }).map(({ file }) => file));
    return Object.keys(args.files ?? {})
        .filter((file) => derived.has(file))
        .map((file) => ({
            argument: `${prefix}files`,
            value: file,
            allowed: "a path that no other argument (units, environment, journal, ulimits) makes a file at",
        }));
}

/** Only where it goes counts here; whether the source is there is looked at elsewhere. */
function withoutSource<Args extends { source?: string }>({ source, ...args }: Args) {
    return source === undefined ? args : { ...args, content: "" };
}

/**
 * All uploads as one value: a secret in one of them makes all of them secret in state.
 *
 * The provider keeps uploads as a set in an order of its own, so a mark on one element would not stay with its content.
 */
export function containerUploads(uploads: readonly Upload[]): pulumi.Output<docker.types.input.ContainerUpload[]> {
    return pulumi.output(uploads).apply((all) => all.map(providerUpload));
}

/** The provider takes an empty `content` for a missing one; a line break is Base64 of nothing (RFC 2045, 6.8). */
function providerUpload(upload: pulumi.Unwrap<Upload>): pulumi.Unwrap<Upload> {
    const { content, contentBase64, ...rest } = upload;
    return (content ?? contentBase64) === "" ? { ...rest, contentBase64: "\n" } : upload;
}
