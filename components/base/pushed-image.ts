import type * as pulumi from "@pulumi/pulumi";
import type { ImageSourceArgs } from "../distribution/source";
import { SystemdImage } from "../docker/image";
import { imagePlatform } from "../kubernetes/access";
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
    const platform = facts.apply((seen) => imagePlatform(seen, cluster));
    return new SystemdImage(name, { ...source, registry: cluster.registry, platform }, opts);
}
