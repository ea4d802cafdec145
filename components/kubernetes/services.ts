import type * as pulumi from "@pulumi/pulumi";
import type { MachineSpec } from "../machine/arguments";
import type { Cluster } from "./cluster";
import { nameLabel, NO_AWAIT, SANDBOX_LABEL } from "./labels";
import { serviceNames } from "./names";
import { KubernetesObject } from "./objects";

/**
 * The names of all machines, each a headless Service: `web`, and by the resolver's search list `web.<namespace>`, as on Docker.
 * Machines that share one answer to it in turn.
 */
export function createServices(
    sandbox: string,
    machines: readonly MachineSpec[],
    { namespace }: Cluster,
    opts: pulumi.CustomResourceOptions,
): pulumi.Resource[] {
    const names = [...new Set(machines.flatMap(serviceNames))];
    return names.map(
        (name) =>
            new KubernetesObject(
                "Service",
                `${sandbox}-${name}`,
                {
                    metadata: { name, namespace, labels: { [SANDBOX_LABEL]: sandbox }, annotations: NO_AWAIT },
                    spec: {
                        clusterIP: "None",
                        // Machines look for one another while they boot.
                        publishNotReadyAddresses: true,
                        selector: { [SANDBOX_LABEL]: sandbox, [nameLabel(name)]: "yes" },
                    },
                },
                opts,
            ),
    );
}
