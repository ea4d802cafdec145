import type { Input } from "@pulumi/pulumi";
import type { ContentArgs } from "./content";

/** A file that goes into the machine between its creation and its start, so that systemd finds it when it boots. */
export interface Upload extends ContentArgs {
    readonly file: string;
    readonly permissions: string;
    /** Instead of a content: values that may be secrets, and the text that they make together. */
    readonly rendered?: Rendered;
}

export interface Rendered {
    readonly values: Readonly<Record<string, Input<string>>>;
    readonly render: (values: Readonly<Record<string, string>>) => string;
}

/** The part of a machine that arguments of all kinds add to. */
export interface UploadSpec {
    readonly uploads: readonly Upload[];
}

/** A text file that everybody in the machine may read. */
export function plainUpload(file: string, content: Input<string>): Upload {
    return { file, content, permissions: "0644" };
}
