import type * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { MachineSpec } from "../machine/arguments";
import { inventoryGroups } from "../machine/placement/labels";
import { refusal } from "../refusal";
import { parseReadiness } from "./readiness";
import { parseHostKey, sshConfig } from "./ssh-config";

/** What is known of a machine once it is ready. */
export interface MachineOutputs {
    /** Name of the container, `<sandbox>-<machine>`. */
    readonly container: string;
    /** The container's id: another one is another machine. */
    readonly id: string;
    /** The machine's address on the sandbox's network. */
    readonly address: string;
    /** Published ports, `127.0.0.1:8080->80/tcp`. */
    readonly ports: string[];
    /** What systemd said of itself when the machine became ready: `running`, or `degraded` where that is allowed. */
    readonly state: string;
    /** Seconds from the start of PID 1 until systemd had finished its start-up. */
    readonly bootSeconds: number;
    /**
     * Major version of the systemd that runs.
     * @asType integer
     */
    readonly systemdVersion: number;
    /** How to call Docker's CLI for it: `docker`, with the host's address where that isn't the usual one. */
    readonly docker: string;
    /** Command for a login shell. */
    readonly shell: string;
    /** Its groups in the Ansible inventory. */
    readonly groups: string[];
    /** Its block for `ssh -F`, where it has an sshd. */
    readonly sshConfig?: string;
}

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

/** What a machine said of itself, where it had the form that it must have; its root user could have said anything. */
function believed<T>(container: string, what: string, said: T | undefined, resource: pulumi.Resource): T {
    if (said === undefined) {
        throw refusal(
            `${container} does not say ${what} in the form that it must have, so nothing of it is used. ` +
                "Somebody has changed what runs in it: look inside, or make it anew with pulumi up --replace.",
            resource,
        );
    }
    return said;
}
