import * as docker from "@pulumi/docker";
import type * as pulumi from "@pulumi/pulumi";
import { dockerLabels, type Labels } from "../labels";
import type { Problem } from "../problems";

/** A Docker volume: what is written to it outlives the container. */
export interface VolumeArgs {
    /** Where it is mounted in the machine: absolute path of a directory. What the image has there is copied to a new volume. */
    path: string;
    /**
     * The machine may not write to it.
     * @default false
     */
    readOnly?: boolean;
    /**
     * Leaves the volume on the host when the machine is destroyed; the next machine of the same name finds it again.
     * @default false
     */
    keep?: boolean;
    /**
     * Name of a Docker volume that exists already, to use instead of one of the machine's own. It is never removed.
     * @default one of the machine's own, `<sandbox>-<machine>.<volume>`
     */
    external?: string;
}

/** Whose volumes they are, and how they are labelled. */
export interface VolumeOwner {
    readonly sandbox: string;
    readonly machine: string;
    readonly ownership?: Labels;
}

/** The volumes, made or looked up, as the container gets them. Each replica has its own. */
export function containerVolumes(
    name: string,
    volumes: Record<string, VolumeArgs> = {},
    owner: VolumeOwner,
    opts: pulumi.CustomResourceOptions,
): docker.types.input.ContainerVolume[] {
    return Object.entries(volumes).map(([volume, args]) => ({
        volumeName: dockerVolume(name, volume, args, owner, opts).name,
        containerPath: args.path,
        readOnly: args.readOnly ?? false,
    }));
}

function dockerVolume(
    name: string,
    volume: string,
    { keep, external }: VolumeArgs,
    { sandbox, machine, ownership = {} }: VolumeOwner,
    opts: pulumi.CustomResourceOptions,
): docker.Volume {
    if (external !== undefined) {
        // Looked up first: the engine would make an empty one of that name and say nothing.
        return docker.Volume.get(`${name}-volume-${volume}`, external, {}, opts);
    }
    return new docker.Volume(
        `${name}-volume-${volume}`,
        {
            // A dot, which no machine's name has: `a-b` of `c` and `b` of `c-a` are two volumes.
            name: `${sandbox}-${machine}.${volume}`,
            labels: dockerLabels(ownership),
        },
        {
            ...opts,
            retainOnDelete: keep,
            // Other labels (a new owner, another base) would make another volume, and what is in this one would be lost.
            ignoreChanges: ["labels"],
        },
    );
}

/** Names of Docker volumes (https://github.com/moby/moby, RestrictedNameChars). */
const VOLUME_NAME = /^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/;

/** Everything wrong with one machine's volumes; their paths are looked at in mounts.ts. */
export function volumeProblems(volumes: Record<string, VolumeArgs> = {}, argument: string): Problem[] {
    return Object.entries(volumes).flatMap(([volume, { keep, external }]) => [
        ...(VOLUME_NAME.test(volume)
            ? []
            : [{ argument, value: volume, allowed: "names of letters, digits, dots, dashes and underscores" }]),
        ...(external === undefined || VOLUME_NAME.test(external)
            ? []
            : [
                  {
                      argument: `${argument}.${volume}.external`,
                      value: external,
                      allowed: "the name of a Docker volume that exists",
                  },
              ]),
        ...(external !== undefined && keep !== undefined
            ? [
                  {
                      argument: `${argument}.${volume}.keep`,
                      value: keep,
                      allowed: "nothing with external: such a volume is always kept",
                  },
              ]
            : []),
    ]);
}
