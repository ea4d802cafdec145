import type * as pulumi from "@pulumi/pulumi";

/** A file as it goes into the container between its creation and its start, so that systemd finds it when it boots. */
export interface Upload {
    readonly file: string;
    readonly content?: pulumi.Input<string>;
    readonly contentBase64?: pulumi.Input<string>;
    readonly permissions: string;
}
