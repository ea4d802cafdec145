import * as pulumi from "@pulumi/pulumi";
import plugin from "./provider.json";

/**
 * Pulumi's provider for Kubernetes, by the version of its plugin that this package was tried with; Pulumi gets it when a program has its
 * first cluster. Its SDK isn't used: Pulumi would load the plugin at each start of every program beside which that is installed, with a
 * cluster or without.
 */
export class KubernetesProvider extends pulumi.ProviderResource {
    constructor(
        name: string,
        args: { readonly kubeconfig?: string; readonly context?: string; readonly namespace: string },
        opts: pulumi.ResourceOptions,
    ) {
        super("kubernetes", name, args, { ...opts, version: plugin.version });
    }
}

/** The kinds that are made here, by their API. */
const APIS = {
    ConfigMap: "v1",
    DaemonSet: "apps/v1",
    Namespace: "v1",
    NetworkPolicy: "networking.k8s.io/v1",
    PersistentVolumeClaim: "v1",
    Pod: "v1",
    Secret: "v1",
    Service: "v1",
} as const;

/** An object as Kubernetes' API has it, but for its kind. */
export type ObjectArgs = pulumi.Inputs & { readonly metadata: pulumi.Inputs };

/** What the cluster has made of an object's metadata. */
interface Metadata {
    readonly name: string;
    readonly uid: string;
}

/** One object of a cluster. */
export class KubernetesObject extends pulumi.CustomResource {
    declare readonly metadata: pulumi.Output<Metadata>;

    constructor(kind: keyof typeof APIS, name: string, args: ObjectArgs, opts: pulumi.CustomResourceOptions) {
        const apiVersion = APIS[kind];
        const api = apiVersion.includes("/") ? apiVersion : `core/${apiVersion}`;
        super(
            `kubernetes:${api}:${kind}`,
            name,
            { ...args, apiVersion, kind },
            {
                ...opts,
                version: plugin.version,
                ...(kind === "Secret" && { additionalSecretOutputs: ["data"] }),
            },
        );
    }
}
