import * as docker from "@pulumi/docker";
import type * as pulumi from "@pulumi/pulumi";
import { dockerVolumeName, type Volume } from "../machine/storage/volumes";
import { dockerLabels, type Labels } from "./labels";

/** The volumes, made or looked up, as the container gets them. Each replica has its own. */
export function containerVolumes(
    name: string,
    volumes: readonly Volume[],
    container: string,
    labels: Labels,
    opts: pulumi.CustomResourceOptions,
): docker.types.input.ContainerVolume[] {
    return volumes.map((volume) => ({
        volumeName: dockerVolume(`${name}-volume-${volume.name}`, volume, container, labels, opts).name,
        containerPath: volume.path,
        readOnly: volume.readOnly,
    }));
}

function dockerVolume(
    resource: string,
    { name, keep, external }: Volume,
    container: string,
    labels: Labels,
    opts: pulumi.CustomResourceOptions,
): docker.Volume {
    if (external !== undefined) {
        // Looked up first: the engine would make an empty one of that name and say nothing.
        return docker.Volume.get(resource, external, {}, opts);
    }
    return new docker.Volume(
        resource,
        {
            name: dockerVolumeName(container, name),
            labels: dockerLabels(labels),
        },
        {
            ...opts,
            retainOnDelete: keep,
            // Other labels (a new owner, another base) would make another volume, and what is in this one would be lost.
            ignoreChanges: ["labels"],
        },
    );
}
