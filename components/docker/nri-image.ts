import * as docker from "@pulumi/docker";
import type * as pulumi from "@pulumi/pulumi";
import * as path from "node:path";
import { fillPlace, IN_PLACE } from "../operations/place";

interface GoImageArgs {
    /** Name and tag, in a registry to which it is pushed. */
    readonly imageName: string;
    /** Image with Go, that compiles the program. */
    readonly goImage: string;
    readonly platform: pulumi.Input<string>;
}

/** The plugin of nodes' container runtimes, compiled and pushed by the engine of Pulumi's environment; its name and digest. */
export function buildNriImage(
    name: string,
    { imageName, goImage, platform }: GoImageArgs,
    opts: pulumi.CustomResourceOptions,
): pulumi.Output<string> {
    fillPlace();
    const image = new docker.Image(
        name,
        {
            imageName,
            build: {
                context: IN_PLACE.nri,
                dockerfile: path.posix.join(IN_PLACE.nri, "Dockerfile"),
                args: { GO_IMAGE: goImage },
                platform,
            },
        },
        opts,
    );
    return image.repoDigest;
}
