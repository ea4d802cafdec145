import * as pulumi from "@pulumi/pulumi";
import type { ImageSourceArgs } from "../distribution/source";
import { SystemdImage } from "../docker/image";
import { candidates } from "../kubernetes/access";
import type { ClusterArgs } from "../kubernetes/cluster-args";
import type { ClusterFacts } from "../kubernetes/facts";

/** An image that the engine of Pulumi's environment builds for a cluster's nodes, and pushes to where they pull it from. */
export function pushImage(
    name: string,
    cluster: ClusterArgs,
    facts: pulumi.Output<ClusterFacts>,
    source: ImageSourceArgs & { readonly keepOnDestroy?: boolean },
    opts: pulumi.ComponentResourceOptions,
): SystemdImage {
    const { registry } = cluster;
    // Of the first that the machines can be on: an image is for one kind of processor, and the usual one where nothing is known.
    const architecture = facts.apply((seen) => candidates(seen, cluster)?.[0]?.architecture ?? "amd64");
    return new SystemdImage(name, { ...source, registry, platform: pulumi.interpolate`linux/${architecture}` }, opts);
}
