import type * as pulumi from "@pulumi/pulumi";
import type { Peer } from "../operations/program";
import type { ClusterArgs } from "./cluster-args";
import { KubernetesProvider } from "./objects";

/** One cluster, and the namespace in it, for everybody who talks to it by kubectl. */
export interface ClusterPeer extends Peer {
    readonly namespace: string;
    /** Whether the namespace is the sandbox's own, and goes with it. */
    readonly ownsNamespace: boolean;
    /** How a person calls kubectl: `kubectl --namespace alice`. */
    readonly kubectl: string;
}

/** The same for resources. */
export interface Cluster extends ClusterPeer {
    readonly provider: KubernetesProvider;
}

/** The cluster of these arguments, where a sandbox of that name is to be. */
export function reachCluster(sandbox: string, args: ClusterArgs): ClusterPeer {
    const { kubeconfig, context, namespace = sandbox } = args;
    return {
        namespace,
        ownsNamespace: args.namespace === undefined,
        environment: {
            ...(kubeconfig !== undefined && { KUBECONFIG: kubeconfig }),
            KUBE_CONTEXT: context ?? "",
            NAMESPACE: namespace,
        },
        kubectl: [
            "kubectl",
            ...(kubeconfig === undefined ? [] : [`--kubeconfig ${kubeconfig}`]),
            ...(context === undefined ? [] : [`--context ${context}`]),
            `--namespace ${namespace}`,
        ].join(" "),
    };
}

/** With a provider of its own: one of the program's may be for another cluster. */
export function openCluster(sandbox: string, args: ClusterArgs, parent: pulumi.Resource): Cluster {
    const peer = reachCluster(sandbox, args);
    const { kubeconfig, context } = args;
    const settings = { kubeconfig, context, namespace: peer.namespace };
    return { ...peer, provider: new KubernetesProvider(`${sandbox}-cluster`, settings, { parent }) };
}
