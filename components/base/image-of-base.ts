import type * as pulumi from "@pulumi/pulumi";
import type { BootImage } from "../docker/boot-image";
import type { HostLook } from "../docker/look";
import { refusal } from "../refusal";
import { visible } from "../rules/shown";
import type { BaseOutputs } from "./outputs";

/** The base's image, once it was seen on the sandbox's own host; the refusal comes on preview. */
export function imageOfBase(base: BaseOutputs, look: pulumi.Output<HostLook>, parent: pulumi.Resource): BootImage {
    const imageId = look.apply((seen) => {
        const reason = reasonAgainstBase(base, seen);
        if (reason !== undefined) {
            throw refusal(reason, parent);
        }
        return base.imageId;
    });
    return { imageId, previewImages: imageId, systemdVersion: base.systemdVersion };
}

/** Why a sandbox on this host can't use the base, by what the host says of the base's image. */
export function reasonAgainstBase(
    { stack, imageId, imageName, host, facts }: BaseOutputs,
    { images, facts: { hostName } }: Pick<HostLook, "images" | "facts">,
): string | undefined {
    if (images.includes(imageId)) {
        return undefined;
    }
    const [, , name] = stack.split("/");
    // Host names are whatever their engines say.
    const [there, here] = [visible(facts?.hostName ?? ""), visible(hostName)];
    return there === here
        ? `The image of the base ${stack}, ${imageName}, is gone from its host ${here}. ` +
              `Build it again: pulumi up --stack ${name} --replace '**docker:index/image:Image::${name}'`
        : `The base ${stack} is on the host ${there}, this sandbox on ${here}. ` +
              (host === "" ? "" : `Go there: pulumi config set host ${host}. Or `) +
              "bring up a base of this host, in a stack of its own (pulumi stack init base-…), and name it in `base`.";
}
