import type { NetworkPolicy } from "kubernetes-types/networking/v1";
import type * as pulumi from "@pulumi/pulumi";
import type { SandboxNetworkArgs } from "../machine/network/network";
import type { Cluster } from "./cluster";
import type { ClusterFacts } from "./facts";
import { SANDBOX_LABEL } from "./labels";
import { KubernetesObject } from "./objects";

/**
 * Keeps sandboxes apart, where the cluster's network enforces policies: into a machine comes only who is in the same sandbox, or in a
 * namespace of `network.external`.
 */
export function createNetworkPolicy(
    sandbox: string,
    args: SandboxNetworkArgs | undefined,
    { namespace }: Cluster,
    opts: pulumi.CustomResourceOptions,
): pulumi.Resource {
    return new KubernetesObject("NetworkPolicy", `${sandbox}-network`, networkPolicy(sandbox, namespace, args), opts);
}

/** Networks by the names of their DaemonSets: one that is known to enforce no policies, and others that do, alone or beside it. */
const ENFORCES_NOTHING = /flannel/;
const ENFORCES = /calico|canal|cilium|antrea|weave|kube-router|kindnet|ovn|network-?polic|npm/;

/** Sandboxes that nothing keeps apart, where that is known: the cluster itself takes a policy that nobody enforces, and says nothing. */
export function networkWarning({ daemonSets = [] }: Pick<ClusterFacts, "daemonSets">): string | undefined {
    const network = daemonSets.find((name) => ENFORCES_NOTHING.test(name));
    return network === undefined || daemonSets.some((name) => ENFORCES.test(name))
        ? undefined
        : `The cluster's network (${network}) enforces no NetworkPolicy: machines of other namespaces can reach these.`;
}

export function networkPolicy(
    sandbox: string,
    namespace: string,
    { internal = false, external = [] }: SandboxNetworkArgs = {},
): Required<Pick<NetworkPolicy, "metadata" | "spec">> {
    const own = { [SANDBOX_LABEL]: sandbox };
    const others = external.map((name) => ({
        namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": name } },
    }));
    const peers = [{ podSelector: { matchLabels: own } }, ...others];
    return {
        metadata: { name: sandbox, namespace, labels: own },
        spec: {
            podSelector: { matchLabels: own },
            policyTypes: internal ? ["Ingress", "Egress"] : ["Ingress"],
            ingress: [{ from: peers }],
            // Who may go nowhere may still ask for names: else machines wouldn't find one another.
            ...(internal && {
                egress: [{ to: peers }, { ports: ["UDP", "TCP"].map((protocol) => ({ port: 53, protocol })) }],
            }),
        },
    };
}
