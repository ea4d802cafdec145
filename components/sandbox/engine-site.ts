import * as pulumi from "@pulumi/pulumi";
import { imageOfBase } from "../base/image-of-base";
import type { BaseOutputs } from "../base/outputs";
import { imageSource } from "../distribution/source";
import type { BootImage } from "../docker/boot-image";
import { claimName } from "../docker/claim";
import type { Claim } from "../operations/claim";
import { dialectOf } from "../docker/dialect";
import { type Engine, openEngine, through } from "../docker/engine";
import { markExpiry } from "../docker/expiry";
import { buildGeneration, networkGeneration } from "../docker/generation";
import { decideAccess, SystemdHost } from "../docker/host";
import { SystemdImage } from "../docker/image";
import type { Labels } from "../docker/labels";
import { type HostLook, lookAtHost } from "../docker/look";
import { SystemdMachine, type SystemdMachineArgs } from "../docker/machine";
import { machineShortcomings } from "../docker/machine-shortcomings";
import { missingFolders } from "../docker/missing-folders";
import { createNetwork, findNetworks } from "../docker/network";
import { networkShortcomings, networkWarning } from "../docker/network-shortcomings";
import { nameTakenProblems } from "../docker/taken-names";
import { LABEL_PREFIX } from "../labels";
import type { MachineSpec } from "../machine/arguments";
import { refuseOnHost } from "../refusal";
import type { MachineOutputs } from "../operations/machine-outputs";
import { sandboxLabels } from "./labels";
import type { SandboxSettings } from "./settings";
import type { Declared, Site } from "./site";
import type { SiteArgs } from "./site-args";

/** What a sandbox has on one host, once: its name, a network, an image, the set-up. Machines are put onto it. */
export class EngineSite implements Site {
    /** What all machines here have in common. */
    private readonly shared: Pick<
        SystemdMachineArgs,
        "sandbox" | "image" | "host" | "network" | "externalNetworks" | "ownership"
    >;
    /** Options for docker resources and components that are made here. */
    private readonly opts: pulumi.CustomResourceOptions;

    constructor(
        private readonly name: string,
        { base, ...address }: SiteArgs,
        private readonly settings: SandboxSettings,
        private readonly parent: pulumi.Resource,
    ) {
        const { sandbox, machines, owner, ttl, cgroupAccess, network } = settings;
        const engine = openEngine(name, address, parent);
        this.opts = through(engine, parent);
        const look = this.look(engine, base);
        const ready = base && imageOfBase(base, look, parent);
        const claim = claimName(
            name,
            { sandbox, owner, engine, after: pulumi.all([look.facts, ready?.imageId]) },
            parent,
        );
        if (ttl !== undefined) {
            markExpiry(name, { sandbox, ttl, engine, claim }, parent);
        }
        const labels = sandboxLabels(sandbox, claim, base?.stack);
        const image = ready ?? this.buildImage(look, engine, claim);
        const host = new SystemdHost(
            name,
            { sandbox, look, machines, image, instance: claim.instance, engine, cgroupAccess },
            this.opts,
        );
        this.shared = {
            sandbox,
            image,
            host,
            network: this.createNetwork(look, engine, claim, labels, image),
            externalNetworks: findNetworks(name, network, this.opts),
            ownership: labels,
        };
    }

    createMachine({ machine, group, args }: Declared): pulumi.Output<MachineOutputs> {
        const { sandbox } = this.settings;
        const machineArgs = { ...args, ...this.shared, machine, group };
        return new SystemdMachine(`${sandbox}-${machine}`, machineArgs, this.opts).outputs;
    }

    /** A look at the host. Everything else waits for it: on a host that is refused, nothing is made. */
    private look(engine: Engine, base: BaseOutputs | undefined): pulumi.Output<HostLook> {
        const { parent } = this;
        const { sandbox, machines, cgroupAccess, network } = this.settings;
        const { systemdVersion } = base ?? imageSource(this.settings);
        const paths = [...new Set(machines.flatMap(({ folders }) => folders.map(({ hostPath }) => hostPath)))];
        return lookAtHost(this.name, sandbox, { parent }, engine, base?.imageId, paths).apply((look) => {
            decideAccess(look.facts, systemdVersion, cgroupAccess, parent);
            refuseOnHost(parent, [
                ...networkShortcomings(network, look.facts),
                ...nameTakenProblems(look, sandbox, machines),
                ...onePerGroup(machines).flatMap((machine) => [
                    ...machineShortcomings(machine, look.facts, `machines.${machine.group}.`),
                    ...missingFolders(machine, look, `machines.${machine.group}.`),
                ]),
            ]);
            const warning = networkWarning(look.facts);
            if (warning !== undefined) {
                void pulumi.log.warn(warning, parent);
            }
            return look;
        });
    }

    /** Not before the name is taken: else the image of another sandbox of that name would lose its name to this one. */
    private buildImage(look: pulumi.Output<HostLook>, engine: Engine, claim: Claim): BootImage {
        const { distribution, baseImage, systemdVersion, packageManager, packages, keepImage } = this.settings;
        const source = { distribution, baseImage, systemdVersion, packageManager, packages };
        const platform = pulumi.interpolate`linux/${look.facts.architecture}`;
        return new SystemdImage(
            this.name,
            {
                ...source,
                keepOnDestroy: keepImage,
                platform,
                builder: look.facts.apply((facts) => dialectOf(facts).builder),
                engine,
                generation: look.imageTags.apply(buildGeneration),
            },
            { ...this.opts, dependsOn: claim.resource },
        );
    }

    private createNetwork(
        look: pulumi.Output<HostLook>,
        engine: Engine,
        { instance }: Claim,
        labels: Labels,
        image: BootImage,
    ): pulumi.Output<string> {
        const { sandbox, network } = this.settings;
        const generation = pulumi
            .all([look.networks, instance])
            .apply(([seen, own]) => networkGeneration(seen, sandbox, own));
        return createNetwork(
            this.name,
            {
                sandbox,
                args: network,
                facts: look.facts,
                engine,
                labels: { ...labels, [`${LABEL_PREFIX}generation`]: generation },
                after: pulumi.output(image.imageId),
            },
            { parent: this.parent },
        );
    }
}

/** Replicas have the same settings: what is wrong with one is said once. */
function onePerGroup(machines: readonly MachineSpec[]): MachineSpec[] {
    return [...new Map(machines.map((machine) => [machine.group, machine])).values()];
}
