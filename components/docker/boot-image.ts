import type * as pulumi from "@pulumi/pulumi";

/** What a machine needs to know of the image that it boots. */
export interface BootImage {
    /** The image's id (`sha256:…`). */
    readonly imageId: pulumi.Output<string>;
    /** Images of which the host may have one before this one is built, with blanks between them: a preview looks from there. */
    readonly previewImages: pulumi.Input<string>;
    /** Major version of systemd in it. */
    readonly systemdVersion: number;
}
