import * as pulumi from "@pulumi/pulumi";
import type { CgroupAccess } from "./cgroups";
import type { ImageSourceArgs } from "./image";
import { ansibleInventory } from "./inventory";
import { type MachineOutputs, SystemdMachine } from "./machine";
import { replicas, type ReplicatedMachineArgs } from "./machine/replicas";
import type { SandboxNetworkArgs } from "./network";
import { refuse } from "./problems";
import { Site, type SiteArgs } from "./site";
import { sandboxProblems } from "./validation";

/** Inputs of {@link SystemdSandbox}. */
export interface SystemdSandboxArgs extends ImageSourceArgs, SiteArgs {
    /** The machines, by name: lower-case letters, digits and dashes. */
    machines: Record<string, ReplicatedMachineArgs>;
    /**
     * The network on which the machines of one host find each other.
     * @default one of the sandbox's own, with IPv4 addresses that the engine chooses
     */
    network?: SandboxNetworkArgs;
    /**
     * Further hosts, by the name that machines refer to with `on`. Machines on different hosts don't see each other.
     * @default none: all machines run on `host`
     */
    hosts?: Record<string, SiteArgs>;
    /**
     * Whom the sandbox belongs to: a label of everything in it.
     * @default the user who brought it up first
     */
    owner?: pulumi.Input<string>;
    /**
     * Time to live in hours, days or weeks: `8h`, `3d`, `2w`. Nothing is removed by itself: `npm run doctor` lists expired
     * sandboxes with the command that removes them. Another value counts anew, and leaves the machines alone.
     * @default unlimited
     */
    ttl?: string;
    /**
     * Keep the built image on the host when the sandbox is destroyed.
     * @default false
     */
    keepImage?: boolean;
    /**
     * The cgroup access to use instead of the one that the host facts suggest (docs/hosts.md).
     * @default the least privileged that boots on this host
     */
    cgroupAccess?: string;
}

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

    constructor(name: string, args: SystemdSandboxArgs, opts?: pulumi.ComponentResourceOptions) {
        super("pulumi-centos-systemd:index:SystemdSandbox", name, {}, opts);
        refuse(this, sandboxProblems(name, args));
        const sites = this.prepareSites(name, args);
        const machines = replicas(args.machines).map(({ machine, group, args: machineArgs }) => {
            const { shared, opts } = sites[machineArgs.on ?? ""];
            return [
                machine,
                new SystemdMachine(`${name}-${machine}`, { ...machineArgs, ...shared, machine, group }, opts).outputs,
            ] as const;
        });
        this.machines = pulumi.output(Object.fromEntries(machines));
        this.shells = this.machines.apply((all) =>
            Object.fromEntries(Object.entries(all).map(([machine, { shell }]) => [machine, shell])),
        );
        this.inventory = this.machines.apply(ansibleInventory);
        this.sshConfig = this.machines.apply((all) =>
            Object.values(all)
                .flatMap(({ sshConfig }) => sshConfig ?? [])
                .join("\n"),
        );
        const { machines: outputs, shells, inventory, sshConfig } = this;
        this.registerOutputs({ machines: outputs, shells, inventory, sshConfig });
    }

    /** Each host that a machine runs on, once; the sandbox's own under the empty name. */
    private prepareSites(name: string, args: SystemdSandboxArgs): Record<string, Site> {
        const { host, certPath, base, hosts, machines, cgroupAccess, ...settings } = args;
        const known: Record<string, SiteArgs> = { "": { host, certPath, base }, ...hosts };
        const used = new Set(Object.values(machines).map(({ on = "" }) => on));
        return Object.fromEntries(
            [...used].map((site) => [
                site,
                new Site(
                    site === "" ? name : `${name}-${site}`,
                    known[site],
                    { ...settings, sandbox: name, cgroupAccess: cgroupAccess as CgroupAccess | undefined },
                    this,
                ),
            ]),
        );
    }
}
