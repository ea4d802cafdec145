import * as docker from "@pulumi/docker";
import type * as pulumi from "@pulumi/pulumi";
import { dockerLabels, LABEL_PREFIX } from "./labels";
import type { Problem } from "./problems";

interface LeaseArgs {
    readonly sandbox: string;
    readonly ttl: string | undefined;
    readonly labels: Record<string, pulumi.Input<string>>;
}

/**
 * How long a sandbox may live, for all to see on the host: an empty volume whose age counts, so that another time to
 * live starts anew without touching a machine (labels of containers can't be changed), and none gives a new date on
 * every `pulumi up`.
 */
export function lease(name: string, { sandbox, ttl, labels }: LeaseArgs, opts: pulumi.CustomResourceOptions): void {
    if (ttl !== undefined) {
        new docker.Volume(
            `${name}-lease`,
            { name: `${sandbox}-lease`, labels: dockerLabels({ ...labels, [`${LABEL_PREFIX}ttl`]: ttl }) },
            { ...opts, deleteBeforeReplace: true },
        );
    }
}

/** Hours, days or weeks; toolchain/doctor.mjs reads them. */
export function ttlProblems(ttl: string | undefined): Problem[] {
    return ttl === undefined || /^[1-9]\d{0,3}[hdw]$/.test(ttl)
        ? []
        : [{ argument: "ttl", value: ttl, allowed: "a number of hours, days or weeks: 8h, 3d, 2w" }];
}
