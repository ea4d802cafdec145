import type { DaemonSet } from "@pulumi/kubernetes/apps/v1/daemonSet";
import type { ConfigMap } from "@pulumi/kubernetes/core/v1/configMap";
import type { Namespace } from "@pulumi/kubernetes/core/v1/namespace";
import type { Secret } from "@pulumi/kubernetes/core/v1/secret";
import type { PersistentVolumeClaim } from "@pulumi/kubernetes/core/v1/persistentVolumeClaim";
import type { Pod } from "@pulumi/kubernetes/core/v1/pod";
import type { Service } from "@pulumi/kubernetes/core/v1/service";
import type { NetworkPolicy } from "@pulumi/kubernetes/networking/v1/networkPolicy";
import type { Provider } from "@pulumi/kubernetes/provider";
import type * as pulumi from "@pulumi/pulumi";
import { refusal } from "../refusal";

/** The classes of Pulumi's SDK for Kubernetes that are used here. */
export interface KubernetesSdk {
    readonly ConfigMap: typeof ConfigMap;
    readonly DaemonSet: typeof DaemonSet;
    readonly Namespace: typeof Namespace;
    readonly NetworkPolicy: typeof NetworkPolicy;
    readonly PersistentVolumeClaim: typeof PersistentVolumeClaim;
    readonly Pod: typeof Pod;
    readonly Provider: typeof Provider;
    readonly Secret: typeof Secret;
    readonly Service: typeof Service;
}

/**
 * The SDK, of which only what is used is loaded, and only where there is a cluster: who has none installs nothing.
 *
 * Throws where it isn't installed, with the command that does it.
 */
export function kubernetesSdk(resource: pulumi.Resource): KubernetesSdk {
    /* eslint-disable @typescript-eslint/no-require-imports -- an import would load it for everybody, and fail where it isn't there */
    try {
        return {
            ...(require("@pulumi/kubernetes/apps/v1/daemonSet") as Pick<KubernetesSdk, "DaemonSet">),
            ...(require("@pulumi/kubernetes/core/v1/namespace") as Pick<KubernetesSdk, "Namespace">),
            ...(require("@pulumi/kubernetes/core/v1/configMap") as Pick<KubernetesSdk, "ConfigMap">),
            ...(require("@pulumi/kubernetes/core/v1/persistentVolumeClaim") as Pick<
                KubernetesSdk,
                "PersistentVolumeClaim"
            >),
            ...(require("@pulumi/kubernetes/core/v1/pod") as Pick<KubernetesSdk, "Pod">),
            ...(require("@pulumi/kubernetes/core/v1/secret") as Pick<KubernetesSdk, "Secret">),
            ...(require("@pulumi/kubernetes/core/v1/service") as Pick<KubernetesSdk, "Service">),
            ...(require("@pulumi/kubernetes/networking/v1/networkPolicy") as Pick<KubernetesSdk, "NetworkPolicy">),
            ...(require("@pulumi/kubernetes/provider") as Pick<KubernetesSdk, "Provider">),
        };
    } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "MODULE_NOT_FOUND") {
            throw error;
        }
        throw refusal(
            "`cluster` needs Pulumi's SDK for Kubernetes beside ours: npm install @pulumi/kubernetes",
            resource,
        );
    }
    /* eslint-enable @typescript-eslint/no-require-imports */
}
