import type * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { Upload } from "../machine/files/upload";
import { resolved } from "../operations/resolved";

/**
 * All uploads as one value: a secret in one of them makes all of them secret in state.
 *
 * The provider keeps uploads as a set in an order of its own, so a mark on one element would not stay with its content.
 */
export function containerUploads(uploads: readonly Upload[]): pulumi.Output<docker.types.input.ContainerUpload[]> {
    return pulumi.output(uploads.map(providerUpload)).apply((all) => all.map(withoutEmptyContent));
}

function providerUpload({ file, permissions, ...content }: Upload): docker.types.input.ContainerUpload {
    return { file, ...resolved(content), permissions };
}

/** The provider takes an empty `content` for a missing one; a line break is Base64 of nothing (RFC 2045, 6.8). */
function withoutEmptyContent(upload: pulumi.Unwrap<docker.types.input.ContainerUpload>) {
    const { content, contentBase64, ...rest } = upload;
    return (content ?? contentBase64) === "" ? { ...rest, contentBase64: "\n" } : upload;
}
