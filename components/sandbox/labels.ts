import * as pulumi from "@pulumi/pulumi";
import type { Claim } from "../operations/claim";
import type { Labels } from "../docker/labels";
import { LABEL_PREFIX } from "../labels";

/** What belongs to whom: the labels of everything that a sandbox has on a host; `base` is the name of its base's stack. */
export function sandboxLabels(sandbox: string, { owner, instance }: Claim, base: string | undefined): Labels {
    return {
        [`${LABEL_PREFIX}sandbox`]: sandbox,
        [`${LABEL_PREFIX}project`]: pulumi.getProject(),
        [`${LABEL_PREFIX}stack`]: pulumi.getStack(),
        [`${LABEL_PREFIX}owner`]: owner,
        [`${LABEL_PREFIX}instance`]: instance,
        // By it a base finds the sandboxes that need it.
        ...(base !== undefined && { [`${LABEL_PREFIX}base`]: base }),
    };
}
