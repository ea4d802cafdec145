import * as pulumi from "@pulumi/pulumi";
import { LABEL_PREFIX } from "../labels";
import type { MachineArgs, MachineSpec } from "../machine/arguments";
import { bringUp } from "../operations/bring-up";
import type { Claim } from "../operations/claim";
import { digests } from "../operations/digest";
import { lateProblems } from "../operations/late-problems";
import type { MachineOutputs } from "../operations/machine-outputs";
import { machineUuid } from "../operations/machine-uuid";
import { replacementTrigger } from "../operations/provision";
import { refuseOnHost } from "../refusal";
import { token } from "../token";
import type { AccessSettings } from "./access";
import { createClaims } from "./claims";
import type { Cluster } from "./cluster";
import type { ClusterArgs } from "./cluster-args";
import { entryFiles } from "./entry";
import { exposePorts } from "./exposure";
import type { ClusterFacts } from "./facts";
import { podGeneration } from "./generation";
import { ACCESS_LABEL, nameLabel, NO_AWAIT, SANDBOX_LABEL } from "./labels";
import { machineOutputs } from "./machine-outputs";
import { serviceNames } from "./names";
import { machineCapabilities, memoryModes, podSpec } from "./pod";
import { KubernetesObject } from "./objects";

/** Inputs of {@link ClusterMachine}. */
export interface ClusterMachineArgs {
    readonly spec: MachineSpec;
    /** As they were given. */
    readonly args: MachineArgs;
    readonly clusterArgs: ClusterArgs;
    readonly cluster: Cluster;
    readonly image: { readonly reference: pulumi.Input<string>; readonly systemdVersion: number };
    readonly access: pulumi.Output<AccessSettings>;
    readonly facts: pulumi.Output<ClusterFacts>;
    readonly claim: Claim;
    /** Labels of the nodes that it may be on. */
    readonly nodeSelector: Readonly<Record<string, string>>;
    /** What has to be there first: names, and who may reach it. */
    readonly after: readonly pulumi.Resource[];
}

/** One Pod with systemd as PID 1, created only when systemd is ready and the provisioning has ended well: a machine of a cluster. */
export class ClusterMachine extends pulumi.ComponentResource {
    readonly outputs: pulumi.Output<MachineOutputs>;
    readonly #generation: pulumi.Output<string>;

    constructor(name: string, args: ClusterMachineArgs, opts: pulumi.ComponentResourceOptions) {
        super(token("SystemdMachine"), name, {}, opts);
        const { spec, cluster, facts, claim } = args;
        this.#generation = pulumi
            .all([facts, claim.instance])
            .apply(([{ pods }, instance]) => podGeneration(pods, spec.machine, instance));
        const pod = this.createPod(name, args);
        this.expose(args);
        const reach = {
            peer: cluster,
            network: "",
            variables: { MACHINE: spec.machine, MACHINE_ID: pod.metadata.uid },
        };
        // A Pod that has stopped is another one the next time.
        const ready = bringUp(name, spec, reach, reach, { parent: this });
        this.outputs = machineOutputs(spec, { pod, kubectl: cluster.kubectl, ready }, this);
        this.registerOutputs({ outputs: this.outputs });
    }

    private createPod(name: string, args: ClusterMachineArgs): KubernetesObject {
        const { spec, clusterArgs, cluster, image, access, claim, nodeSelector, after } = args;
        const { sandbox, machine } = spec;
        const { systemdVersion } = image;
        const opts = { parent: this, provider: cluster.provider, dependsOn: claim.resource };
        const secret = this.createSecret(name, args, opts);
        const { claimed, resources } = createClaims({ sandbox, machine }, spec.volumes, clusterArgs, cluster, opts);
        const uuid = this.#generation.apply((known) => machineUuid(`${sandbox}-${machine}`, known));
        const reference = pulumi.output(image.reference);
        return new KubernetesObject(
            "Pod",
            name,
            {
                metadata: {
                    name: machine,
                    namespace: cluster.namespace,
                    labels: access.apply(({ name: accessName }) => ({
                        ...spec.labels,
                        [SANDBOX_LABEL]: sandbox,
                        [ACCESS_LABEL]: accessName,
                        ...Object.fromEntries(serviceNames(spec).map((each) => [nameLabel(each), "yes"])),
                    })),
                    annotations: access.apply(({ annotations }) => ({
                        ...annotations,
                        // Pulumi would wait until systemd is ready, and never say why it isn't: programs/ready.mjs does both.
                        ...NO_AWAIT,
                        [`${LABEL_PREFIX}generation`]: this.#generation,
                        [`${LABEL_PREFIX}instance`]: claim.instance,
                        [`${LABEL_PREFIX}owner`]: claim.owner,
                        [`${LABEL_PREFIX}project`]: pulumi.getProject(),
                        [`${LABEL_PREFIX}stack`]: pulumi.getStack(),
                    })),
                },
                spec: pulumi.all([reference, access, uuid]).apply(([known, settings, id]) =>
                    podSpec(spec, {
                        image: known,
                        systemdVersion,
                        claimed,
                        secret: secretName(spec),
                        access: settings,
                        uuid: id,
                        nodeSelector,
                    }),
                ),
            },
            {
                ...opts,
                dependsOn: [claim.resource, secret.resource, ...resources, ...after],
                // The Pod's name is taken until the old one is gone.
                deleteBeforeReplace: true,
                // Next to nothing of a Pod can be changed.
                replaceOnChanges: ["spec"],
                replacementTrigger: pulumi
                    .all([this.#generation, secret.digests, replacementTrigger(spec.steps)])
                    .apply(([generation, files, steps]) => [generation, ...files, ...steps]),
            },
        );
    }

    private expose({ spec, clusterArgs: { serviceType }, cluster, claim }: ClusterMachineArgs): void {
        if (serviceType !== undefined && spec.ports.length > 0) {
            const opts = { parent: this, provider: cluster.provider, dependsOn: claim.resource };
            exposePorts(spec, serviceType, cluster, opts);
        }
    }

    /** What PID 1 puts in place before it becomes systemd. */
    private createSecret(
        name: string,
        { spec, args, cluster, image, access }: ClusterMachineArgs,
        opts: pulumi.CustomResourceOptions,
    ): { resource: pulumi.Resource; digests: pulumi.Output<string[]> } {
        const { sandbox, machine } = spec;
        const late = lateProblems({ sandbox, machine }, args);
        const modes = memoryModes(spec, image.systemdVersion);
        const data = pulumi.all([access, late]).apply(([{ ownNamespaces }, problems]) => {
            refuseOnHost(this, problems);
            return entryFiles(spec.uploads, modes, ownNamespaces, machineCapabilities(spec, image.systemdVersion));
        });
        const resource = new KubernetesObject(
            "Secret",
            `${name}-files`,
            {
                metadata: {
                    name: secretName(spec),
                    namespace: cluster.namespace,
                    labels: { [SANDBOX_LABEL]: sandbox },
                },
                data,
            },
            opts,
        );
        // In the words of the programs, which only change with what they say.
        return { resource, digests: digests([data]) };
    }
}

/** With the sandbox's name, since who else is in a namespace has Secrets too, which nobody may list who needn't. */
function secretName({ sandbox, machine }: Pick<MachineSpec, "sandbox" | "machine">): string {
    return `${sandbox}.${machine}`;
}
