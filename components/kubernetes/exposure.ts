import type * as pulumi from "@pulumi/pulumi";
import type { MachineSpec } from "../machine/arguments";
import type { Port } from "../machine/network/ports";
import type { Cluster } from "./cluster";
import { nameLabel, SANDBOX_LABEL } from "./labels";
import { ServiceType } from "./service-type";
import { KubernetesObject } from "./objects";

/** Publishes a machine's ports by a Service of that type, and lets everybody in through them: nobody else gets past the sandbox's policy. */
export function exposePorts(
    { sandbox, machine, ports }: MachineSpec,
    type: ServiceType,
    { namespace }: Cluster,
    opts: pulumi.CustomResourceOptions,
): void {
    const metadata = { name: `${machine}-ports`, namespace, labels: { [SANDBOX_LABEL]: sandbox } };
    const selector = { [SANDBOX_LABEL]: sandbox, [nameLabel(machine)]: "yes" };
    new KubernetesObject(
        "Service",
        `${sandbox}-${machine}-ports`,
        { metadata, spec: { type, selector, ports: ports.map((port) => servicePort(port, type)) } },
        opts,
    );
    new KubernetesObject(
        "NetworkPolicy",
        `${sandbox}-${machine}-ports`,
        {
            metadata,
            spec: {
                podSelector: { matchLabels: selector },
                policyTypes: ["Ingress"],
                ingress: [{ ports: ports.map(({ port, protocol }) => ({ port, protocol: protocol.toUpperCase() })) }],
            },
        },
        opts,
    );
}

/** `hostPort` is the port by which others find it: of the nodes, or of the load balancer. */
function servicePort({ port, hostPort, protocol }: Port, type: ServiceType) {
    return {
        name: `${protocol}-${port}`,
        protocol: protocol.toUpperCase(),
        port: type === ServiceType.nodePort ? port : (hostPort ?? port),
        targetPort: port,
        ...(type === ServiceType.nodePort && hostPort !== undefined && { nodePort: hostPort }),
    };
}
