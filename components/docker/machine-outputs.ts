import type * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { MachineSpec } from "../machine/arguments";
import { inventoryGroups } from "../machine/placement/labels";
import type { MachineOutputs } from "../operations/machine-outputs";
import { believed } from "../operations/believed";
import { parseReadiness } from "../operations/readiness";
import { parseHostKey } from "../operations/host-key";
import { sshConfig } from "./ssh-config";

interface Known {
    readonly container: docker.Container;
    readonly cli: pulumi.Output<string>;
    /** What ready.mjs printed: known only when the machine is ready and its last step has ended well. */
    readonly ready: pulumi.Output<string>;
}

/** Throws where the machine says of itself what no machine of ours would say. */
export function machineOutputs(
    { machine, group, labels, hasSshd }: MachineSpec,
    { container, cli, ready }: Known,
    resource: pulumi.Resource,
): pulumi.Output<MachineOutputs> {
    return pulumi.all([container.name, container.id, ready, cli]).apply(([name, id, printed, docker]) => {
        const readiness = believed(name, "its state", parseReadiness(printed), resource);
        const { address, ports, hostKey = "" } = readiness;
        const key = hasSshd && believed(name, "its ssh host key", parseHostKey(hostKey), resource);
        return {
            container: name,
            id,
            address,
            ports,
            state: readiness.state,
            bootSeconds: readiness.bootMilliseconds / 1000,
            systemdVersion: readiness.systemdVersion,
            docker,
            shell: `${docker} exec -it ${name} bash -l`,
            groups: inventoryGroups(labels, group === machine ? undefined : group),
            ...(key && { sshConfig: sshConfig({ container: name, ports, docker, hostKey: key }) }),
        };
    });
}
