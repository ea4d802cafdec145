import * as pulumi from "@pulumi/pulumi";
import { isImageReference } from "../distribution/image-reference";
import { buildNriImage } from "../docker/nri-image";
import { candidates, imagePlatform, NRI } from "../kubernetes/access";
import { type Cluster, openCluster } from "../kubernetes/cluster";
import { type ClusterAddressArgs, clusterProblems } from "../kubernetes/cluster-args";
import { createDaemonSet } from "../kubernetes/daemon-set";
import type { ClusterFacts } from "../kubernetes/facts";
import { ACCESS_LABEL } from "../kubernetes/labels";
import { lookAtCluster } from "../kubernetes/look";
import { OUR_NAME } from "../labels";
import { runProgram } from "../operations/program";
import { refusal, refuseArguments } from "../refusal";
import { withoutEchoes } from "../rules/echo";
import { type Checked, fitted } from "../rules/fitting";
import type { Problem } from "../rules/problem";
import { argumentsOf } from "../rules/shape";
import { token } from "../token";

/** Inputs of {@link SystemdCluster}. */
export interface SystemdClusterArgs extends ClusterAddressArgs {
    /**
     * Registry, with a path, to which the plugin's image is pushed when it is built, and from which the nodes pull it. Docker's own login is
     * used. What was pushed stays there.
     * @default none: then `image` names one that is there
     */
    registry?: string;
    /**
     * An image of the plugin that the nodes can pull already: another `SystemdCluster` built it, or you did, from `nri/` of this package.
     * @default built here, and pushed to `registry`
     */
    image?: string;
    /**
     * Image with Go 1.24 or newer, in which the plugin is compiled: a mirror's, for one.
     * @default "docker.io/library/golang:1.26"
     */
    goImage?: string;
    /**
     * Labels of the nodes that are set up.
     * @default all nodes
     */
    nodeSelector?: Record<string, string>;
}

/** Where the plugin is: one for each cluster. */
const NAMESPACE = OUR_NAME;
const GO_IMAGE = "docker.io/library/golang:1.26";

/**
 * The one-time set-up of a cluster whose containerd gives Pods no writable cgroups: a DaemonSet with a plugin of the nodes' runtime (NRI,
 * which containerd 2 has switched on). Machines that need it ask for it themselves: `cgroupAccess` "nri" is chosen where it is there.
 *
 * Make it once for each cluster, in a stack of its own, by somebody who may make privileged namespaces. It can't be destroyed while
 * machines need it: the error names them.
 */
export class SystemdCluster extends pulumi.ComponentResource {
    /** The plugin's image, by name and digest. */
    readonly image: pulumi.Output<string>;

    constructor(name: string, args: SystemdClusterArgs, opts?: pulumi.ComponentResourceOptions) {
        const { args: checked, problems } = checkCluster(args);
        super(token("SystemdCluster"), name, { ...checked }, opts);
        refuseArguments(this, problems);
        const { nodeSelector = {} } = checked;
        const cluster = openCluster(name, { ...checked, namespace: NAMESPACE }, this);
        const facts = lookAtCluster(cluster, this).apply((seen) => this.suitable(seen, checked));
        this.image = this.pluginImage(name, checked, facts);
        const made = createDaemonSet(name, { image: this.image, nodeSelector, cluster }, { parent: this });
        this.guard(name, cluster, made);
        this.registerOutputs({ image: this.image });
    }

    /** A cluster whose nodes have no NRI is refused, before anything is made. */
    private suitable(facts: ClusterFacts, { nodeSelector }: SystemdClusterArgs): ClusterFacts {
        const others = (candidates(facts, { nodeSelector }) ?? []).filter(({ runtime }) => !NRI.test(runtime));
        if (others.length > 0) {
            const [{ name, runtime }] = others;
            throw refusal(
                `The set-up is for containerd 2 and newer, and node ${name} has ${runtime}. ` +
                    "CRI-O needs none. Older ones: leave the node out by nodeSelector, or give machines a RuntimeClass (docs/kubernetes.md).",
                this,
            );
        }
        return facts;
    }

    private pluginImage(
        name: string,
        { image, registry, goImage = GO_IMAGE, nodeSelector }: SystemdClusterArgs,
        facts: pulumi.Output<ClusterFacts>,
    ): pulumi.Output<string> {
        if (image !== undefined) {
            return facts.apply(() => image);
        }
        const platform = facts.apply((seen) => imagePlatform(seen, { nodeSelector }));
        const repository = `${registry}/${OUR_NAME}-nri`;
        // On a cluster that is refused, nothing is made.
        const opts = { parent: this, dependsOn: facts.apply(() => []) };
        return buildNriImage(name, { repository, goImage, platform }, opts);
    }

    /** Last to be made, so first to be destroyed: where it refuses, nothing is lost yet. */
    private guard(name: string, cluster: Cluster, dependsOn: pulumi.Resource): void {
        runProgram(
            `${name}-guard`,
            { peer: cluster, variables: { SELECTOR: `${ACCESS_LABEL}=nri` }, atTheEnd: "guard-cluster" },
            { parent: this, dependsOn },
        );
    }
}

function checkCluster(given: unknown): Checked<SystemdClusterArgs> {
    const { args, problems } = fitted<SystemdClusterArgs>(given, argumentsOf("SystemdCluster"));
    const { goImage, ...cluster } = args;
    return {
        args,
        problems: withoutEchoes(problems, [
            ...clusterProblems(cluster, ""),
            ...imageProblems(args),
            ...(goImage === undefined || isImageReference(goImage)
                ? []
                : [{ argument: "goImage", value: goImage, allowed: "an image reference, registry/name:tag" }]),
        ]),
    };
}

function imageProblems({ registry, image }: SystemdClusterArgs): Problem[] {
    return (registry === undefined) === (image === undefined)
        ? [
              {
                  argument: "registry",
                  value: registry,
                  allowed: "a registry for the plugin's image, or an `image` that is there, and not both",
              },
          ]
        : [];
}
