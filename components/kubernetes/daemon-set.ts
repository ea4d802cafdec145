import type * as pulumi from "@pulumi/pulumi";
import { OUR_NAME } from "../labels";
import { NRI_ANNOTATION } from "./access";
import type { Cluster } from "./cluster";
import { KubernetesObject } from "./objects";

interface PluginArgs {
    /** Known only where the cluster is one for the plugin: nothing is made before. */
    readonly image: pulumi.Output<string>;
    readonly nodeSelector: Readonly<Record<string, string>>;
    readonly cluster: Cluster;
}

/** Where a runtime listens for its plugins (containerd, plugins/nri.md). */
const SOCKETS = "/var/run/nri";

/** By which cluster-look.mjs knows the set-up. */
const LABELS = { "app.kubernetes.io/name": `${OUR_NAME}-nri` };

/** The plugin on each node, in a namespace of its own, whose Pods may see a path of the node: its runtime's socket. */
export function createDaemonSet(
    name: string,
    { image, nodeSelector, cluster: { provider, namespace } }: PluginArgs,
    { parent }: { readonly parent: pulumi.Resource },
): pulumi.Resource {
    const opts = { parent, provider };
    const own = new KubernetesObject(
        "Namespace",
        `${name}-namespace`,
        { metadata: { name: namespace, labels: { "pod-security.kubernetes.io/enforce": "privileged" } } },
        { ...opts, dependsOn: image.apply(() => []) },
    );
    return new KubernetesObject(
        "DaemonSet",
        `${name}-plugin`,
        {
            metadata: { name: "nri", namespace: own.metadata.name, labels: LABELS },
            spec: {
                selector: { matchLabels: LABELS },
                template: {
                    metadata: { labels: LABELS },
                    spec: {
                        nodeSelector,
                        // Machines can be on any node, those with taints included.
                        tolerations: [{ operator: "Exists" }],
                        // It is nobody to the cluster.
                        automountServiceAccountToken: false,
                        enableServiceLinks: false,
                        securityContext: { seccompProfile: { type: "RuntimeDefault" } },
                        containers: [
                            {
                                name: "nri",
                                image,
                                env: [{ name: "ANNOTATION", value: Object.keys(NRI_ANNOTATION)[0] }],
                                securityContext: {
                                    // The socket is root's.
                                    runAsUser: 0,
                                    capabilities: { drop: ["ALL"] },
                                    allowPrivilegeEscalation: false,
                                    readOnlyRootFilesystem: true,
                                },
                                volumeMounts: [{ name: "sockets", mountPath: SOCKETS }],
                            },
                        ],
                        volumes: [{ name: "sockets", hostPath: { path: SOCKETS, type: "Directory" } }],
                    },
                },
            },
        },
        opts,
    );
}
