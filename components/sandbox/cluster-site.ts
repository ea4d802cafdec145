import * as pulumi from "@pulumi/pulumi";
import type { BaseOutputs } from "../base/outputs";
import { pushImage } from "../base/pushed-image";
import { imageSource } from "../distribution/source";
import { type AccessSettings, chooseClusterAccess } from "../kubernetes/access";
import { claimNamespace } from "../kubernetes/claim";
import { type Cluster, openCluster } from "../kubernetes/cluster";
import type { ClusterArgs } from "../kubernetes/cluster-args";
import { markExpiry } from "../kubernetes/expiry";
import type { ClusterFacts } from "../kubernetes/facts";
import { lookAtCluster } from "../kubernetes/look";
import { ClusterMachine, type ClusterMachineArgs } from "../kubernetes/machine";
import { createNetworkPolicy, networkWarning } from "../kubernetes/network-policy";
import { createServices } from "../kubernetes/services";
import { clusterShortcomings } from "../kubernetes/shortcomings";
import { machineSpec } from "../machine/arguments";
import { portSpec } from "../machine/network/ports";
import type { Claim } from "../operations/claim";
import type { MachineOutputs } from "../operations/machine-outputs";
import { refusal, refuseOnHost } from "../refusal";
import type { SandboxSettings } from "./settings";
import type { Declared, Site } from "./site";

/** What a sandbox has in a cluster: its namespace, an image that the nodes can pull, names, and who may reach whom. Machines are Pods in it. */
export class ClusterSite implements Site {
    private readonly shared: Omit<ClusterMachineArgs, "spec" | "args" | "nodeSelector">;

    constructor(
        private readonly args: ClusterArgs,
        private readonly base: BaseOutputs | undefined,
        private readonly settings: SandboxSettings,
        private readonly parent: pulumi.Resource,
    ) {
        const { sandbox, machines, network, owner, ttl } = settings;
        const cluster = openCluster(sandbox, args, parent);
        const facts = lookAtCluster(cluster, parent).apply((seen) => this.suitable(seen, cluster));
        const access = facts.apply((seen) => this.decide(seen));
        const claim = claimNamespace({ sandbox, owner, cluster, after: access }, parent);
        const opts = { parent, provider: cluster.provider, dependsOn: claim.resource };
        if (ttl !== undefined) {
            markExpiry(sandbox, ttl, cluster, claim, opts);
        }
        const names = createServices(sandbox, machines, cluster, opts);
        const policy = createNetworkPolicy(sandbox, network, cluster, opts);
        this.shared = {
            clusterArgs: args,
            cluster,
            image: this.image(facts, claim),
            access,
            facts,
            claim,
            after: [...names, policy],
        };
    }

    createMachine({ machine, group, on, nodeSelector: asked, args }: Declared): pulumi.Output<MachineOutputs> {
        const { sandbox } = this.settings;
        // Without ssh's own: it goes through the API server, and no Service is to open it to everybody.
        const spec = { ...machineSpec({ sandbox, machine, group }, args), ...portSpec(args.ports) };
        const nodeSelector = {
            ...this.args.nodeSelector,
            ...asked,
            ...(on !== "" && { "kubernetes.io/hostname": on }),
        };
        const own = { ...this.shared, spec, args, nodeSelector };
        return new ClusterMachine(`${sandbox}-${machine}`, own, { parent: this.parent }).outputs;
    }

    /** What is seen of the cluster, where the machines can be there: else nothing is made. */
    private suitable(facts: ClusterFacts, { ownsNamespace }: Cluster): ClusterFacts {
        const { sandbox, machines } = this.settings;
        refuseOnHost(this.parent, clusterShortcomings({ sandbox, machines, ownsNamespace, args: this.args }, facts));
        const warning = networkWarning(facts);
        if (warning !== undefined) {
            void pulumi.log.warn(warning, this.parent);
        }
        return facts;
    }

    private decide(facts: ClusterFacts): AccessSettings {
        const { cgroupAccess: access, runtimeClass, nodeSelector } = this.args;
        const wish = { access, runtimeClass, nodeSelector };
        const decision = chooseClusterAccess(facts, this.systemdVersion, wish);
        if ("refusal" in decision) {
            throw refusal(decision.refusal, this.parent);
        }
        if (pulumi.runtime.isDryRun()) {
            void pulumi.log.info(`cgroup access "${decision.access}": ${decision.reason}.`, this.parent);
        }
        if (decision.warning !== undefined) {
            void pulumi.log.warn(decision.warning, this.parent);
        }
        return decision.settings;
    }

    /** One that is there, a base's, or one of the sandbox's own. */
    private image(facts: pulumi.Output<ClusterFacts>, claim: Claim): ClusterMachineArgs["image"] {
        const { distribution, baseImage, packageManager, packages, keepImage, sandbox } = this.settings;
        const { systemdVersion } = this;
        const reference = this.args.image ?? this.base?.imageId;
        if (reference !== undefined) {
            return { reference, systemdVersion };
        }
        const source = {
            distribution,
            baseImage,
            systemdVersion: this.settings.systemdVersion,
            packageManager,
            packages,
        };
        const built = { ...source, keepOnDestroy: keepImage };
        const opts = { parent: this.parent, dependsOn: claim.resource };
        return { reference: pushImage(sandbox, this.args, facts, built, opts).imageId, systemdVersion };
    }

    private get systemdVersion(): number {
        return (this.base ?? imageSource(this.settings)).systemdVersion;
    }
}
