import type * as pulumi from "@pulumi/pulumi";
import { LABEL_PREFIX } from "../labels";
import type { Claim } from "../operations/claim";
import type { Cluster } from "./cluster";
import { SANDBOX_LABEL } from "./labels";
import { KubernetesObject } from "./objects";

/**
 * Marks how long the sandbox may live, for all to see: an immutable ConfigMap whose age counts. A resource of its own, so that another
 * time touches nothing else.
 */
export function markExpiry(
    sandbox: string,
    ttl: string,
    { namespace }: Cluster,
    { owner }: Claim,
    opts: pulumi.CustomResourceOptions,
): pulumi.Resource {
    return new KubernetesObject(
        "ConfigMap",
        `${sandbox}-expiry`,
        {
            metadata: {
                name: `${sandbox}.expiry`,
                namespace,
                labels: { [SANDBOX_LABEL]: sandbox },
                annotations: { [`${LABEL_PREFIX}owner`]: owner },
            },
            data: { ttl },
            immutable: true,
        },
        { ...opts, replaceOnChanges: ["data"], deleteBeforeReplace: true },
    );
}
