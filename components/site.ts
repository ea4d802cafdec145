import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { type BaseOutputs, imageOfBase } from "./base";
import type { CgroupAccess } from "./cgroups";
import { claimName } from "./claim";
import { type Engine, type EngineArgs, on, openEngine } from "./engine";
import { type HostFacts, readHostFacts } from "./facts";
import { decideAccess, SystemdHost } from "./host";
import { imageSource, type ImageSourceArgs, SystemdImage } from "./image";
import { dockerLabels, type Labels, sandboxLabels } from "./labels";
import { lease } from "./lease";
import type { SystemdMachineArgs } from "./machine";
import { networkHostProblems, networkInputs, networkOptions, networkWarning, type SandboxNetworkArgs } from "./network";
import { refuse } from "./problems";

/** One of a sandbox's hosts: where its engine listens, and the base to use there. */
export interface SiteArgs extends EngineArgs {
    /**
     * The outputs of a base stack on that host: its image is used, and none is built.
     * @default none: the sandbox builds an image for itself
     */
    base?: BaseOutputs;
}

/** What a site needs to know of its sandbox. */
export interface SandboxSettings extends ImageSourceArgs {
    readonly sandbox: string;
    readonly network?: SandboxNetworkArgs;
    readonly owner?: pulumi.Input<string>;
    readonly ttl?: string;
    readonly keepImage?: boolean;
    readonly cgroupAccess?: CgroupAccess;
}

/** What a sandbox has on one host, once: the set-up, a network, an image. Machines are put onto it. */
export class Site {
    /** What all machines here have in common. */
    readonly shared: Pick<
        SystemdMachineArgs,
        "sandbox" | "image" | "host" | "network" | "externalNetworks" | "ownership"
    >;
    /** Options for docker resources and components that are made here. */
    readonly opts: pulumi.CustomResourceOptions;

    constructor(name: string, { base, ...address }: SiteArgs, settings: SandboxSettings, parent: pulumi.Resource) {
        const { sandbox, owner, ttl, keepImage, cgroupAccess, network, ...source } = settings;
        const engine = openEngine(name, address, parent);
        this.opts = on(engine, parent);
        const { systemdVersion } = base ?? imageSource(source);
        // Everything else waits for these facts: on a host that is refused, nothing is made.
        const facts = readHostFacts({ parent }, engine).apply((known) => {
            decideAccess(known, systemdVersion, cgroupAccess, parent);
            refuse(parent, networkHostProblems(network, known));
            const warning = networkWarning(known);
            if (warning !== undefined) {
                void pulumi.log.warn(warning, parent);
            }
            return known;
        });
        const ready = base && imageOfBase(base, facts, engine, parent);
        const claim = claimName(name, { sandbox, owner, engine, after: pulumi.all([facts, ready?.imageId]) }, parent);
        const labels = sandboxLabels(sandbox, claim.stdout, base);
        const ownNetwork = this.createNetwork(name, sandbox, network, facts, labels);
        const externalNetworks = this.findNetworks(name, network);
        lease(name, { sandbox, ttl, labels }, this.opts);
        const image = ready ?? this.buildImage(name, { ...source, keepOnDestroy: keepImage }, facts, engine, claim);
        const host = new SystemdHost(name, { sandbox, facts, image, engine, cgroupAccess }, this.opts);
        this.shared = { sandbox, image, host, network: ownNetwork.name, externalNetworks, ownership: labels };
    }

    /** Early: the provider takes a fixed two seconds for it, which then pass while the image is built. */
    private createNetwork(
        name: string,
        sandbox: string,
        args: SandboxNetworkArgs | undefined,
        facts: pulumi.Output<HostFacts>,
        labels: Labels,
    ): docker.Network {
        const options = facts.apply(networkOptions);
        return new docker.Network(
            name,
            { name: sandbox, ...networkInputs(sandbox, args), options, labels: dockerLabels(labels) },
            {
                ...this.opts,
                deleteBeforeReplace: true,
                // Podman tells of the former, which nobody sets, and not of the latter: each `pulumi up` would make another network.
                ignoreChanges: ["ipamOptions", "options"],
            },
        );
    }

    /** Read and never owned: one that isn't there is an error already on preview. */
    private findNetworks(name: string, args: SandboxNetworkArgs = {}): pulumi.Output<string>[] {
        return (args.external ?? []).map(
            (network) => docker.Network.get(`${name}-${network}`, network, {}, this.opts).name,
        );
    }

    /** Not before the name is taken: else the image of another sandbox of that name would lose its name to this one. */
    private buildImage(
        name: string,
        source: ImageSourceArgs & { keepOnDestroy?: boolean },
        facts: pulumi.Output<HostFacts>,
        engine: Engine,
        claim: pulumi.Resource,
    ): SystemdImage {
        const platform = pulumi.interpolate`linux/${facts.architecture}`;
        return new SystemdImage(name, { ...source, platform, engine }, { ...this.opts, dependsOn: claim });
    }
}
