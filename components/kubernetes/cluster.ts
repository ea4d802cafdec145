import type { Provider } from "@pulumi/kubernetes/provider";
import type * as pulumi from "@pulumi/pulumi";
import type { Peer } from "../operations/program";
import type { ClusterArgs } from "./cluster-args";
import { type KubernetesSdk, kubernetesSdk } from "./sdk";

/** One cluster, and the namespace in it, for everybody who talks to it. */
export interface Cluster extends Peer {
    readonly sdk: KubernetesSdk;
    readonly provider: Provider;
    readonly namespace: string;
    /** Whether the namespace is the sandbox's own, and goes with it. */
    readonly ownsNamespace: boolean;
    /** How a person calls kubectl: `kubectl --namespace alice`. */
    readonly kubectl: string;
}

/** The cluster of these arguments, where a sandbox of that name is to be. */
export function openCluster(sandbox: string, args: ClusterArgs, parent: pulumi.Resource): Cluster {
    const { kubeconfig, context, namespace = sandbox } = args;
    const sdk = kubernetesSdk(parent);
    return {
        sdk,
        provider: new sdk.Provider(`${sandbox}-cluster`, { kubeconfig, context, namespace }, { parent }),
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
