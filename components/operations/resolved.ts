import * as pulumi from "@pulumi/pulumi";
import { readSource } from "../machine/files/content";
import type { Upload } from "../machine/files/upload";

/** Text or bytes, wherever they come from. */
export function resolved({ content, contentBase64, source, rendered }: Omit<Upload, "file" | "permissions">): {
    content?: pulumi.Input<string>;
    contentBase64?: pulumi.Input<string>;
} {
    if (rendered !== undefined) {
        return { content: pulumi.output(rendered.values).apply(rendered.render) };
    }
    // The content, not the provider's `source`: that is compared by name only, and edits would go unseen.
    return source === undefined ? { content, contentBase64 } : readSource(source);
}
