import type * as pulumi from "@pulumi/pulumi";
import { LABEL_PREFIX } from "../labels";
import { askProgram } from "../operations/program";
import { refusal } from "../refusal";
import { isMap } from "../rules/shown";
import type { ClusterPeer } from "./cluster";
import { type ClusterFacts, parseClusterFacts } from "./facts";

/** Looks at the cluster, and changes nothing; a function and no resource, so that it is done on preview too and never stale in state. */
export function lookAtCluster(cluster: ClusterPeer, parent: pulumi.Resource): pulumi.Output<ClusterFacts> {
    return askProgram("cluster-look", cluster, {}, { parent }).apply((line) => parseLook(line, cluster, parent));
}

/** Throws where the cluster can't be reached: in one line, without a stack trace. */
function parseLook(line: string, { kubectl }: Pick<ClusterPeer, "kubectl">, resource: pulumi.Resource): ClusterFacts {
    const printed: unknown = JSON.parse(line);
    if (isMap(printed) && typeof printed.unreachable === "string") {
        throw refusal(
            `The cluster can't be reached: ${printed.unreachable} ` +
                `\`${kubectl} version\` shows whether it answers; cluster.kubeconfig and cluster.context say where it is.`,
            resource,
        );
    }
    return parseClusterFacts(printed, (name) => `${LABEL_PREFIX}${name}`);
}
