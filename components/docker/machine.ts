import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { accessNamed } from "../cgroups/choice";
import { type MachineArgs, machineArgsProblems, type MachineSpec, machineSpec } from "../machine/arguments";
import { LABEL_PREFIX } from "../labels";
import { refuseArguments, refuseOnHost } from "../refusal";
import { withoutEchoes } from "../rules/echo";
import { fitted } from "../rules/fitting";
import { nameProblems } from "../rules/name";
import type { Problem } from "../rules/problem";
import { type Fields, namedType } from "../rules/shape";
import { knownBefore, token } from "../token";
import type { BootImage } from "./boot-image";
import { CONTAINER_OPTIONS, containerArgs, containerName, type MachineHost } from "./container";
import { machineUuid } from "../operations/machine-uuid";
import type { SystemdHost } from "./host";
import type { Labels } from "./labels";
import { lateProblems } from "../operations/late-problems";
import type { MachineOutputs } from "../operations/machine-outputs";
import { machineOutputs } from "./machine-outputs";
import { bringUp } from "../operations/bring-up";
import { replacementTrigger } from "../operations/provision";
import { reachOf, sinceLastStop } from "./reach";
import { machineShortcomings } from "./machine-shortcomings";
import { untraced } from "../operations/untraced";
import { containerVolumes } from "./volumes";

/** Inputs of {@link SystemdMachine}: what the person says, and the sandbox that it belongs to. */
export interface SystemdMachineArgs extends MachineArgs {
    /** Name of the sandbox: first part of the container's name, and domain of the machine. */
    sandbox: string;
    /** Name of the machine: its host name, and last part of the container's name. */
    machine: string;
    /**
     * Name under which it was declared: one that replicas have in common.
     * @default the machine's name
     */
    group?: string;
    /** The image to boot. */
    image: BootImage;
    /** The host, set up. */
    host: SystemdHost;
    /** Name of the Docker network that the machine joins, under its names. */
    network: pulumi.Input<string>;
    /**
     * Names of further Docker networks that it joins.
     * @default none
     */
    externalNetworks?: pulumi.Input<string>[];
    /**
     * Labels by which the container says whose it is.
     * @default none
     */
    ownership?: Labels;
}

/** What the machine is made from, and where it is put. */
type Place = Required<Pick<SystemdMachineArgs, "image" | "host" | "network" | "externalNetworks" | "ownership">>;

/**
 * One container with systemd as PID 1, created only when systemd is ready and the provisioning has ended well.
 *
 * If it isn't ready in time, the error shows the failed units with their journal, or the console if systemd is gone; the
 * machine stays up for a look, and the next `pulumi up` tries again.
 */
export class SystemdMachine extends pulumi.ComponentResource {
    readonly outputs: pulumi.Output<MachineOutputs>;

    constructor(name: string, args: SystemdMachineArgs, opts?: pulumi.ComponentResourceOptions) {
        super(token("SystemdMachine"), name, {}, knownBefore("SystemdMachine", opts));
        const { sandbox, machine, group = machine, image, host, network, ...others } = args;
        const { externalNetworks = [], ownership = {}, ...given } = others;
        const { args: asked, problems } = fitted<MachineArgs>(given, namedType("ReplicatedMachine") as Fields);
        refuseArguments(
            this,
            withoutEchoes(problems, [
                ...nameProblems("sandbox", sandbox),
                ...nameProblems("machine", machine),
                ...machineArgsProblems({ sandbox, machine }, asked, ""),
            ]),
        );
        const spec = machineSpec({ sandbox, machine, group }, asked);
        this.warn(spec);
        const late = lateProblems({ sandbox, machine }, asked);
        const place = { image, host, network, externalNetworks, ownership };
        const container = this.createContainer(name, spec, place, late);
        const reach = reachOf(container, host, network);
        const ready = bringUp(name, spec, reach, sinceLastStop(reach, host, containerName(spec)), { parent: this });
        this.outputs = machineOutputs(spec, { container, cli: host.engine.cli, ready }, this);
        this.registerOutputs({ outputs: this.outputs });
    }

    private warn({ machine, privileged }: MachineSpec): void {
        if (privileged) {
            void pulumi.log.warn(`${machine} is privileged: its root user is the host's root user.`, this);
        }
    }

    private createContainer(
        name: string,
        spec: MachineSpec,
        place: Place,
        late: pulumi.Output<readonly Problem[]>,
    ): docker.Container {
        const { image, host, ownership } = place;
        const opts = { parent: this };
        const container = containerName(spec);
        const volumes = containerVolumes(name, spec.volumes, container, ownership, opts);
        const { imageId, systemdVersion } = image;
        const generation = host.generationOf(container);
        const uuid = generation.apply((known) => machineUuid(container, known));
        const labels = { ...ownership, [`${LABEL_PREFIX}generation`]: generation };
        const parts = { ...place, imageId, systemdVersion, volumes, uuid, ownership: labels };
        const options = { ...CONTAINER_OPTIONS, replacementTrigger: replacementTrigger(spec.steps), dependsOn: host };
        return untraced(() => {
            const settings = containerArgs(spec, parts, this.suitableHost(spec, host));
            // With what they are in, and nothing else: on preview, what isn't known would hide the other settings.
            const uploads = pulumi.all([settings.uploads, late]).apply(([known, problems]) => {
                refuseOnHost(this, problems);
                return known;
            });
            return new docker.Container(name, { ...settings, uploads }, { ...opts, ...options });
        });
    }

    /** The host, where the machine can be on it: what it needs of the host is refused before it gets any part. */
    private suitableHost(spec: MachineSpec, host: SystemdHost): pulumi.Output<MachineHost> {
        return pulumi.all([host.look, host.access]).apply(([{ facts, ipv6 }, access]) => {
            refuseOnHost(this, machineShortcomings(spec, facts));
            return { facts, access: accessNamed(access), ipv6 };
        });
    }
}
