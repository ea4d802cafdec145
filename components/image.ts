import * as command from "@pulumi/command";
import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { DEFAULT_DISTRIBUTION, type Distribution, DISTRIBUTIONS, type PackageManager } from "./distributions";
import { at, type Engine, USUAL_ENGINE } from "./engine";
import { refuse } from "./problems";
import { imageProblems } from "./validation";

/** What an image is made from. */
export interface ImageSourceArgs {
    /**
     * Name of a distribution in the table of `distributions.ts`: which base image, which systemd, which package manager.
     * @default "centos-stream9"
     */
    distribution?: string;
    /**
     * Another base image, as `docker pull` understands it: a mirror's, one pinned by digest (`…@sha256:…`), or one of a
     * distribution that the table doesn't have; then `systemdVersion` and `packageManager` tell what the table would.
     * @default the distribution's own
     */
    baseImage?: string;
    /**
     * Major version of the systemd that the base image has or installs, 219 or newer. The build fails where it isn't so.
     * @default the distribution's
     */
    systemdVersion?: number;
    /**
     * Installs systemd where the base image has none: `apt`, `dnf` or `yum`.
     * @default the distribution's
     */
    packageManager?: string;
    /**
     * Packages to install in the image, as its package manager names them, without what they only recommend: then no boot
     * pays for it. Another list makes another image, and machines of it.
     * @default none beside systemd
     */
    packages?: string[];
}

/** What a machine needs to know of the image that it boots. */
export interface BootImage {
    /** The image's id (`sha256:…`). */
    readonly imageId: pulumi.Output<string>;
    /** Images of which the host may have one before this one is built, with blanks between them: a preview looks from there. */
    readonly previewImages: pulumi.Input<string>;
    /** Major version of systemd in it. */
    readonly systemdVersion: number;
}

/** Inputs of {@link SystemdImage}. */
export interface SystemdImageArgs extends ImageSourceArgs {
    /**
     * OCI platform that the image is built for, `linux/amd64` or `linux/arm64`.
     * @default "linux/" and the architecture of the host
     */
    platform: pulumi.Input<string>;
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
}

/**
 * An image with systemd as PID 1, built on the Docker host from one Dockerfile for all distributions.
 *
 * Bad arguments give one `ResourceError` that lists all problems, before anything is built.
 */
export class SystemdImage extends pulumi.ComponentResource implements BootImage {
    /** The image's id (`sha256:…`): changes with the image's content, so machines that use it follow. */
    readonly imageId: pulumi.Output<string>;
    /** Name and tag on the host, `localhost/pulumi-centos-systemd/<name>:<distribution>`. */
    readonly imageName: string;
    /** The one of the last `pulumi up`, and the one that it is built from. */
    readonly previewImages: string;
    /** Major version of systemd in the image. */
    readonly systemdVersion: number;
    /** Its row in the table of `distributions.ts`, or `custom`. */
    readonly distribution: string;

    constructor(name: string, args: SystemdImageArgs, opts?: pulumi.ComponentResourceOptions) {
        super("pulumi-centos-systemd:index:SystemdImage", name, {}, opts);
        refuse(this, imageProblems(args));
        const engine = args.engine ?? USUAL_ENGINE;
        const { distribution, baseImage, packageManager, systemdVersion } = imageSource(args);
        const repository = `localhost/pulumi-centos-systemd/${name}`;

        this.systemdVersion = systemdVersion;
        this.distribution = distribution;
        this.imageName = `${repository}:${distribution}`;
        this.previewImages = `${this.imageName} ${baseImage}`;
        const image = new docker.Image(
            name,
            {
                imageName: this.imageName,
                build: {
                    context: CONTEXT,
                    dockerfile: path.join(CONTEXT, "Dockerfile"),
                    args: {
                        BASE_IMAGE: baseImage,
                        PACKAGE_MANAGER: packageManager,
                        SYSTEMD_VERSION: `${systemdVersion}`,
                        PACKAGES: (args.packages ?? []).join(" "),
                        REPOSITORY: repository,
                    },
                    platform: args.platform,
                },
                skipPush: true,
            },
            // A component hands its provider on to its children, but not what it depends on.
            { parent: this, dependsOn: opts?.dependsOn },
        );
        // The provider's own delete leaves the image on the host (https://github.com/pulumi/pulumi-docker/issues/588).
        const removal = args.keepOnDestroy
            ? undefined
            : new command.local.Command(
                  `${name}-removal`,
                  {
                      interpreter: ["/bin/sh", "-s"],
                      stdin: readFileSync(path.join(__dirname, "host", "remove-image.sh"), "utf8"),
                      delete: "remove",
                      environment: { ...engine.environment, IMAGE_ID: image.repoDigest, IMAGE_NAME: this.imageName },
                      triggers: [image.repoDigest, ...at(engine)],
                  },
                  { parent: this },
              );
        // Through the removal, so that it is destroyed after the last machine that uses the image.
        this.imageId = pulumi.all([image.repoDigest, removal?.id]).apply(([id]) => id);
        this.registerOutputs({ imageId: this.imageId, imageName: this.imageName });
    }
}

/** The table's row, and what the arguments say otherwise. */
export function imageSource(args: ImageSourceArgs): Distribution & { readonly distribution: string } {
    const custom = args.distribution === undefined && args.baseImage !== undefined && args.systemdVersion !== undefined;
    const row = DISTRIBUTIONS[args.distribution ?? DEFAULT_DISTRIBUTION];
    return {
        distribution: custom ? "custom" : (args.distribution ?? DEFAULT_DISTRIBUTION),
        baseImage: args.baseImage ?? row.baseImage,
        systemdVersion: args.systemdVersion ?? row.systemdVersion,
        packageManager: (args.packageManager as PackageManager | undefined) ?? row.packageManager,
    };
}

/** Relative to the working directory: the provider compares it literally, and state shouldn't hold a developer's paths. */
const CONTEXT = path.relative(process.cwd(), path.join(__dirname, "image"));
