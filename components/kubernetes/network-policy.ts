import type { NetworkPolicyArgs } from "@pulumi/kubernetes/networking/v1/networkPolicy";
import type * as pulumi from "@pulumi/pulumi";
import type { SandboxNetworkArgs } from "../machine/network/network";
import type { Cluster } from "./cluster";
import { SANDBOX_LABEL } from "./labels";

/**
 * Keeps sandboxes apart, where the cluster's network enforces policies: into a machine comes only who is in the same sandbox, or in a
 * namespace of `network.external`.
 */
export function createNetworkPolicy(
    sandbox: string,
    args: SandboxNetworkArgs | undefined,
    { sdk, namespace }: Cluster,
    opts: pulumi.CustomResourceOptions,
): pulumi.Resource {
    return new sdk.NetworkPolicy(`${sandbox}-network`, networkPolicy(sandbox, namespace, args), opts);
}

export function networkPolicy(
    sandbox: string,
    namespace: string,
    { internal = false, external = [] }: SandboxNetworkArgs = {},
): NetworkPolicyArgs {
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
