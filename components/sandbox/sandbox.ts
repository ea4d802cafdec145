import * as pulumi from "@pulumi/pulumi";
import { replicas } from "../machine/placement/replicas";
import type { MachineOutputs } from "../operations/machine-outputs";
import { refuseArguments } from "../refusal";
import { knownBefore, token } from "../token";
import { checkSandbox, type SystemdSandboxArgs } from "./arguments";
import { ansibleInventory } from "./inventory";
import { openSites } from "./sites";

/**
 * One developer's machines: an image, a host that is set up for it, a network, and the machines on it; or the same in a cluster.
 *
 * The sandbox's name is part of the names of everything there; one that another sandbox has is refused. All
 * bad arguments are reported together in one `ResourceError`, before anything is created.
 */
export class SystemdSandbox extends pulumi.ComponentResource {
    /** Machine name → what is known of it once it is ready. */
    readonly machines: pulumi.Output<Record<string, MachineOutputs>>;
    /** Machine name → command for a login shell. */
    readonly shells: pulumi.Output<Record<string, string>>;
    /** The machines as an Ansible inventory, in YAML, for the connection plugin of the collection community.docker. */
    readonly inventory: pulumi.Output<string>;
    /** The machines that let ssh in, for `ssh -F`; empty where there are none. */
    readonly sshConfig: pulumi.Output<string>;

    constructor(resource: string, args: SystemdSandboxArgs, opts?: pulumi.ComponentResourceOptions) {
        const { args: checked, problems } = checkSandbox(resource, args);
        super(token("SystemdSandbox"), resource, { ...checked }, knownBefore("SystemdSandbox", opts));
        refuseArguments(this, problems);
        const { name = resource } = checked;
        const machines = replicas(checked.machines);
        const siteOf = openSites(name, checked, machines, this);
        this.machines = pulumi.output(
            Object.fromEntries(machines.map((each) => [each.machine, siteOf(each).createMachine(each)])),
        );
        this.shells = this.machines.apply(shells);
        this.inventory = this.machines.apply(ansibleInventory);
        this.sshConfig = this.machines.apply(sshConfigs);
        this.registerOutputs({
            machines: this.machines,
            shells: this.shells,
            inventory: this.inventory,
            sshConfig: this.sshConfig,
        });
    }
}

function shells(machines: Record<string, MachineOutputs>): Record<string, string> {
    return Object.fromEntries(Object.entries(machines).map(([machine, { shell }]) => [machine, shell]));
}

function sshConfigs(machines: Record<string, MachineOutputs>): string {
    return Object.values(machines)
        .flatMap(({ sshConfig }) => sshConfig ?? [])
        .join("\n");
}
