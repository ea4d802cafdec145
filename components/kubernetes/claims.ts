import type * as pulumi from "@pulumi/pulumi";
import type { Volume } from "../machine/storage/volumes";
import type { Cluster } from "./cluster";
import type { ClusterArgs } from "./cluster-args";
import { NO_AWAIT, SANDBOX_LABEL } from "./labels";
import { KubernetesObject } from "./objects";

/** A volume of a machine, and the claim that holds it. */
export interface Claimed {
    readonly volume: Volume;
    readonly claimName: string;
}

const USUAL_SIZE = "1GiB";

/** The machine's own claims, made; those of others are taken as they are. Each replica has its own. */
export function createClaims(
    { sandbox, machine }: { readonly sandbox: string; readonly machine: string },
    volumes: readonly Volume[],
    { storageClass, volumeSize = USUAL_SIZE }: ClusterArgs,
    { namespace }: Cluster,
    opts: pulumi.CustomResourceOptions,
): { claimed: Claimed[]; resources: pulumi.Resource[] } {
    const own = volumes.filter(({ external }) => external === undefined);
    const resources = own.map(
        ({ name, keep }) =>
            new KubernetesObject(
                "PersistentVolumeClaim",
                `${sandbox}-${machine}-volume-${name}`,
                {
                    metadata: {
                        name: claimName(machine, name),
                        namespace,
                        labels: { [SANDBOX_LABEL]: sandbox },
                        // Most classes bind a claim when the first Pod wants it: waiting for it before that never ends.
                        annotations: NO_AWAIT,
                    },
                    spec: {
                        accessModes: ["ReadWriteOnce"],
                        storageClassName: storageClass,
                        // In Kubernetes' words for powers of two.
                        resources: { requests: { storage: volumeSize.replace(/B$/, "") } },
                    },
                },
                { ...opts, retainOnDelete: keep },
            ),
    );
    return {
        claimed: volumes.map((volume) => ({ volume, claimName: volume.external ?? claimName(machine, volume.name) })),
        resources,
    };
}

/** A dot, which no machine's name has: `a-b` of `c` and `b` of `c-a` are two claims. */
export function claimName(machine: string, volume: string): string {
    return `${machine}.${volume}`;
}
