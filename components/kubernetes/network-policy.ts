import type { NetworkPolicy } from "kubernetes-types/networking/v1";
import type * as pulumi from "@pulumi/pulumi";
import type { SandboxNetworkArgs } from "../machine/network/network";
import type { Cluster } from "./cluster";
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
