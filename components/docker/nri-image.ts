import * as docker from "@pulumi/docker";
import type * as pulumi from "@pulumi/pulumi";
import * as path from "node:path";
import { LABEL_PREFIX, ONE_SHOT } from "../labels";
import { fillPlace, IN_PLACE } from "../operations/place";
import { runProgram } from "../operations/program";
import { USUAL_ENGINE } from "./engine";

interface GoImageArgs {
    /** Name in a registry to which it is pushed. */
    readonly repository: string;
    /** Image with Go, that compiles the program. */
    readonly goImage: string;
    readonly platform: pulumi.Input<string>;
}

/** The plugin of nodes' container runtimes, compiled and pushed by the engine of Pulumi's environment; its name and digest. */
export function buildNriImage(
    name: string,
    { repository, goImage, platform }: GoImageArgs,
    opts: pulumi.CustomResourceOptions,
): pulumi.Output<string> {
    fillPlace();
    // At the end it goes from the engine that built it; what was pushed stays.
    const first = runProgram(
        `${name}-leftovers`,
        {
            peer: USUAL_ENGINE,
            variables: {
                IMAGE_ID: "",
                IMAGE_NAME: "",
                REPOSITORY: repository,
                LABEL: `${LABEL_PREFIX}image=${repository}`,
                ONE_SHOT,
            },
            atTheEnd: "remove-image",
        },
        opts,
    );
    const image = new docker.Image(
        name,
        {
            imageName: `${repository}:latest`,
            build: {
                context: IN_PLACE.nri,
                dockerfile: path.posix.join(IN_PLACE.nri, "Dockerfile"),
                args: { GO_IMAGE: goImage, REPOSITORY: repository },
                platform,
            },
        },
        { ...opts, dependsOn: first },
    );
    return image.repoDigest;
}
