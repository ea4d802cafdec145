import * as pulumi from "@pulumi/pulumi";
import { endOfLifeWarning } from "../distribution/end-of-life";
import { SystemdMachine } from "../docker/machine";
import type { MachineOutputs } from "../docker/machine-outputs";
import { type MachineArgs, machineSpec } from "../machine/arguments";
import { type Replica as ReplicaOf, replicas } from "../machine/placement/replicas";
import { refuseArguments } from "../refusal";
import { knownBefore, token } from "../token";
import { checkSandbox, type SystemdSandboxArgs } from "./arguments";
import { ansibleInventory } from "./inventory";
import { Site } from "./site";
import type { SiteArgs } from "./site-args";

type Replica = ReplicaOf<MachineArgs>;

/**
 * One developer's machines: an image, a host that is set up for it, a network, and the machines on it.
 *
 * The sandbox's name is part of the names of everything on the host; one that another sandbox has there is refused. All
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
        const sites = this.prepareSites(name, checked, machines);
        this.machines = pulumi.output(this.createMachines(name, machines, sites));
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

    /** Each host that a machine runs on, once; the sandbox's own under the empty name. */
    private prepareSites(name: string, args: SystemdSandboxArgs, machines: readonly Replica[]): Record<string, Site> {
        const { host, certPath, base, hosts, cgroupAccess, machines: _, ...settings } = args;
        const known: Record<string, SiteArgs> = { "": { host, certPath, base }, ...hosts };
        const used = [...new Set(machines.map(({ on }) => on))];
        // Once, however many hosts build it; a base has warned its own owner.
        const warning = used.every((site) => known[site].base) ? undefined : endOfLifeWarning(settings, new Date());
        if (warning !== undefined) {
            void pulumi.log.warn(warning, this);
        }
        return Object.fromEntries(
            used.map((site) => [
                site,
                new Site(
                    site === "" ? name : `${name}-${site}`,
                    known[site],
                    {
                        ...settings,
                        sandbox: name,
                        machines: machines
                            .filter(({ on }) => on === site)
                            .map(({ machine, group, args }) => machineSpec({ sandbox: name, machine, group }, args)),
                        cgroupAccess,
                    },
                    this,
                ),
            ]),
        );
    }

    private createMachines(
        name: string,
        machines: readonly Replica[],
        sites: Record<string, Site>,
    ): Record<string, pulumi.Output<MachineOutputs>> {
        const outputs = machines.map(({ machine, group, on, args }) => {
            const { shared, opts } = sites[on];
            return [
                machine,
                new SystemdMachine(`${name}-${machine}`, { ...args, ...shared, machine, group }, opts).outputs,
            ] as const;
        });
        return Object.fromEntries(outputs);
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
