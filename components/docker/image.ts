import type * as command from "@pulumi/command";
import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import * as path from "node:path";
import { imageProblems, imageSource, type ImageSourceArgs } from "../distribution/source";
import { LABEL_PREFIX, ONE_SHOT } from "../labels";
import { refuseArguments } from "../refusal";
import { knownBefore, token } from "../token";
import type { BootImage } from "./boot-image";
import { explainBuild } from "./build-explanation";
import { addressOf, type Engine, USUAL_ENGINE } from "./engine";
import { BUILD_TAG, imageRepository } from "./image-name";
import { fillPlace, IN_PLACE } from "../operations/place";
import { runProgram } from "../operations/program";

/** Inputs of {@link SystemdImage}. */
export interface SystemdImageArgs extends ImageSourceArgs {
    /**
     * OCI platform that the image is built for, `linux/amd64` or `linux/arm64`.
     * @default "linux/" and the architecture of the host
     */
    platform: pulumi.Input<string>;
    /**
     * The builder that the engine is asked for, `BuilderV1` or `BuilderBuildKit`.
     * @default BuildKit
     */
    builder?: pulumi.Input<docker.types.enums.BuilderVersion | undefined>;
    /**
     * The engine that builds it and keeps it; pass its provider in the options too.
     * @default the one that Pulumi's environment names
     */
    engine?: Engine;
    /**
     * Keep the built image on the host when the resource is destroyed, or replaced by a newer build.
     * @default false: destroying leaves nothing behind
     */
    keepOnDestroy?: boolean;
    /**
     * Registry, with a path, to which the image is pushed when it is built: `registry.example.org/team`. Docker's own login is used.
     * The push is not undone: destroying removes the image from the host alone.
     * @default none: the image stays on the host
     */
    registry?: string;
    /**
     * Another value builds it again, although nothing else has changed: where it is gone from the host.
     * @default never
     */
    generation?: pulumi.Input<string>;
}

/**
 * An image with systemd as PID 1, built on the Docker host from one Dockerfile for all distributions.
 *
 * Bad arguments give one `ResourceError` that lists all problems, before anything is built.
 */
export class SystemdImage extends pulumi.ComponentResource implements BootImage {
    /** The image's id (`sha256:…`), or its name and digest in the registry: changes with its content, so machines that use it follow. */
    readonly imageId: pulumi.Output<string>;
    /** Name and tag on the host, `localhost/pulumi-centos-systemd/<name>:<distribution>`. */
    readonly imageName: string;
    /** The one of the last `pulumi up`, and the one that it is built from. */
    readonly previewImages: string;
    /** Major version of systemd in the image. */
    readonly systemdVersion: number;
    /** Its row in `distribution/table.json`, or `custom`. */
    readonly distribution: string;

    readonly #name: string;
    readonly #repository: string;
    readonly #engine: Engine;

    constructor(name: string, args: SystemdImageArgs, opts?: pulumi.ComponentResourceOptions) {
        super(token("SystemdImage"), name, {}, knownBefore("SystemdImage", opts));
        refuseArguments(this, imageProblems(args));
        const { distribution, baseImage, systemdVersion } = imageSource(args);
        this.#name = name;
        this.#repository = args.registry === undefined ? imageRepository(name) : `${args.registry}/${name}`;
        this.#engine = args.engine ?? USUAL_ENGINE;
        this.systemdVersion = systemdVersion;
        this.distribution = distribution;
        this.imageName = `${this.#repository}:${distribution}`;
        this.previewImages = `${this.imageName} ${baseImage}`;
        // A component hands its provider on to its children, but not what it depends on.
        // What is in a registry has no machine on this host: it may go from here with whatever was left behind.
        const first = args.keepOnDestroy ? opts?.dependsOn : this.removeLeftovers(opts?.dependsOn);
        const image = this.build(args, first);
        this.imageId = args.registry === undefined ? this.pinned(args, image) : image.repoDigest;
        this.registerOutputs({ imageId: this.imageId, imageName: this.imageName });
    }

    /** Made before the build, so that the image goes at the end whatever becomes of the rest: a failing `up` may stop at any point. */
    private removeLeftovers(dependsOn: pulumi.ResourceOptions["dependsOn"]): pulumi.Resource {
        return runProgram(
            `${this.#name}-leftovers`,
            {
                peer: this.#engine,
                variables: { IMAGE_ID: "", IMAGE_NAME: "", ...this.ownership() },
                triggers: addressOf(this.#engine),
                atTheEnd: "remove-image",
            },
            { parent: this, dependsOn },
        );
    }

    private build(args: SystemdImageArgs, dependsOn: pulumi.ResourceOptions["dependsOn"]): docker.Image {
        const { baseImage, packageManager, systemdVersion } = imageSource(args);
        const steps = {
            BASE_IMAGE: baseImage,
            PACKAGE_MANAGER: packageManager,
            SYSTEMD_VERSION: `${systemdVersion}`,
            PACKAGES: (args.packages ?? []).join(" "),
        };
        fillPlace();
        return new docker.Image(
            this.#name,
            {
                imageName: this.imageName,
                build: {
                    context: IN_PLACE.image,
                    dockerfile: path.posix.join(IN_PLACE.image, "Dockerfile"),
                    args: { ...steps, REPOSITORY: this.#repository, GENERATION: args.generation ?? "" },
                    platform: args.platform,
                    builderVersion: args.builder,
                },
                skipPush: args.registry === undefined,
            },
            {
                parent: this,
                dependsOn,
                transformations: [explainBuild(this.#name, this.#engine, { ...steps, PLATFORM: args.platform }, this)],
            },
        );
    }

    /** Through the pin, so that it is destroyed after the last machine that uses the image. */
    private pinned(args: SystemdImageArgs, { repoDigest }: docker.Image): pulumi.Output<string> {
        return pulumi.all([repoDigest, this.pin(args, repoDigest).id]).apply(([id]) => id);
    }

    /** The provider's own delete leaves the image on the host (https://github.com/pulumi/pulumi-docker/issues/588). */
    private pin(
        { generation = "", keepOnDestroy }: SystemdImageArgs,
        imageId: pulumi.Output<string>,
    ): command.local.Command {
        return runProgram(
            `${this.#name}-removal`,
            {
                peer: this.#engine,
                create: ["pin"],
                variables: {
                    IMAGE_ID: imageId,
                    IMAGE_NAME: this.imageName,
                    TAG: pulumi.interpolate`${this.#repository}:${BUILD_TAG}${generation}`,
                    ...this.ownership(),
                },
                triggers: [imageId, ...addressOf(this.#engine)],
                atTheEnd: keepOnDestroy ? "unpin-image" : "remove-image",
            },
            { parent: this },
        );
    }

    /** By what remove-image.sh knows the images of this resource. */
    private ownership() {
        return { REPOSITORY: this.#repository, LABEL: `${LABEL_PREFIX}image=${this.#repository}`, ONE_SHOT };
    }
}
