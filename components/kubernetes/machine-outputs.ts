import * as pulumi from "@pulumi/pulumi";
import type { MachineSpec } from "../machine/arguments";
import { inventoryGroups } from "../machine/placement/labels";
import { believed } from "../operations/believed";
import { parseHostKey } from "../operations/host-key";
import type { MachineOutputs } from "../operations/machine-outputs";
import { parseReadiness } from "../operations/readiness";
import { forwardCommand } from "./forward";
import type { KubernetesObject } from "./objects";
import { sshConfig } from "./ssh-config";

interface Known {
    readonly pod: KubernetesObject;
    readonly kubectl: string;
    /** What ready.mjs printed: known only when the machine is ready and its last step has ended well. */
    readonly ready: pulumi.Output<string>;
}

/** Throws where the machine says of itself what no machine of ours would say. */
export function machineOutputs(
    { sandbox, machine, group, labels, hasSshd, ports }: MachineSpec,
    { pod, kubectl, ready }: Known,
    resource: pulumi.Resource,
): pulumi.Output<MachineOutputs> {
    return pulumi.all([pod.metadata.uid, ready]).apply(([id, printed]) => {
        const {
            address,
            state,
            bootMilliseconds,
            systemdVersion,
            node,
            hostKey = "",
        } = believed(machine, "its state", parseReadiness(printed), resource);
        const key = hasSshd && believed(machine, "its ssh host key", parseHostKey(hostKey), resource);
        const forward = forwardCommand(kubectl, machine, ports);
        return {
            container: machine,
            id,
            address,
            ports: ports.map(({ port, protocol }) => `${address}:${port}->${port}/${protocol}`),
            state,
            bootSeconds: bootMilliseconds / 1000,
            systemdVersion,
            docker: "",
            kubectl,
            shell: `${kubectl} exec -it ${machine} -- bash -l`,
            groups: inventoryGroups(labels, group === machine ? undefined : group),
            ...(node !== undefined && { node }),
            ...(forward !== undefined && { forward }),
            ...(key && {
                sshConfig: sshConfig({ host: `${sandbox}-${machine}`, kubectl, pod: machine, hostKey: key }),
            }),
        };
    });
}
