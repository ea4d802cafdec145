import * as pulumi from "@pulumi/pulumi";
import type { CgroupAccess } from "../cgroups/access";
import { endOfLifeWarning } from "../distribution/end-of-life";
import { reachCluster } from "../kubernetes/cluster";
import { type ClusterArgs, clusterProblems, hostConflicts } from "../kubernetes/cluster-args";
import { lookAtCluster } from "../kubernetes/look";
import { imageProblems, imageSource, type ImageSourceArgs } from "../distribution/source";
import { dialectOf } from "../docker/dialect";
import { type EngineArgs, engineProblems } from "../docker/address";
import { type Engine, openEngine, through } from "../docker/engine";
import { buildGeneration } from "../docker/generation";
import { decideAccess, SystemdHost } from "../docker/host";
import { SystemdImage } from "../docker/image";
import { lookAtHost } from "../docker/look";
import { runProgram } from "../operations/program";
import { LABEL_PREFIX } from "../labels";
import { refuseArguments } from "../refusal";
import { nameProblems } from "../rules/name";
import type { Problem } from "../rules/problem";
import { withoutEchoes } from "../rules/echo";
import { type Checked, fitted } from "../rules/fitting";
import { argumentsOf } from "../rules/shape";
import { knownBefore, token } from "../token";
import { VERSION } from "../version";
import type { BaseOutputs } from "./outputs";
import { pushImage } from "./pushed-image";

/** Inputs of {@link SystemdBase}. */
export interface SystemdBaseArgs extends ImageSourceArgs, EngineArgs {
    /**
     * The cgroup access to use instead of the one that the host facts suggest (docs/hosts.md).
     * @default the least privileged that boots on this host
     */
    cgroupAccess?: CgroupAccess;
    /**
     * A Kubernetes cluster in place of a host: the image is built here and pushed to `cluster.registry`, for the sandboxes of that cluster.
     * @default none: the image stays on the host
     */
    cluster?: ClusterArgs;
}

/**
 * The part that sandboxes share: an image, and a host that is set up for it. A stack of its own; its `outputs` are what
 * sandboxes of other stacks take as `base`.
 *
 * It can't be destroyed while a sandbox on its host uses it: the error names them.
 */
export class SystemdBase extends pulumi.ComponentResource {
    readonly outputs: pulumi.Output<BaseOutputs>;

    constructor(name: string, args: SystemdBaseArgs, opts?: pulumi.ComponentResourceOptions) {
        const { args: checked, problems } = checkBase(name, args);
        super(token("SystemdBase"), name, { ...checked }, knownBefore("SystemdBase", opts));
        refuseArguments(this, problems);
        const { host: address, certPath, cgroupAccess, cluster, ...source } = checked;
        const warning = endOfLifeWarning(source, new Date());
        if (warning !== undefined) {
            void pulumi.log.warn(warning, this);
        }
        this.outputs =
            cluster === undefined
                ? this.onHost(name, { host: address, certPath }, source, cgroupAccess)
                : this.onCluster(name, cluster, source);
        this.registerOutputs({ outputs: this.outputs });
    }

    /** An image in a registry: nodes pull what they boot, and there is no host to set up. */
    private onCluster(name: string, cluster: ClusterArgs, source: ImageSourceArgs): pulumi.Output<BaseOutputs> {
        const facts = lookAtCluster(reachCluster(name, cluster), this);
        const image = pushImage(name, cluster, facts, source, { parent: this });
        return image.imageId.apply((imageId) => ({
            ...this.identity(image),
            imageId,
            imageName: image.imageName,
            host: "",
        }));
    }

    /** An image on a host, and the host set up for it. */
    private onHost(
        name: string,
        { host: address, certPath }: EngineArgs,
        source: ImageSourceArgs,
        cgroupAccess: CgroupAccess | undefined,
    ): pulumi.Output<BaseOutputs> {
        const engine = openEngine(name, { host: address, certPath }, this);
        const { systemdVersion } = imageSource(source);
        // Everything else waits for it: on a host that is refused, nothing is made.
        const look = lookAtHost(name, name, { parent: this }, engine).apply((seen) => {
            decideAccess(seen.facts, systemdVersion, cgroupAccess, this);
            return seen;
        });
        const { facts } = look;
        const platform = pulumi.interpolate`linux/${facts.architecture}`;
        const image = new SystemdImage(
            name,
            {
                ...source,
                platform,
                builder: facts.apply((known) => dialectOf(known).builder),
                engine,
                generation: look.imageTags.apply(buildGeneration),
            },
            through(engine, this),
        );
        const host = new SystemdHost(
            name,
            { sandbox: name, look, image, engine, cgroupAccess: cgroupAccess },
            through(engine, this),
        );
        this.guard(name, engine, [image, host]);
        return pulumi.all([image.imageId, pulumi.output(address), facts]).apply(([imageId, at, hostFacts]) => ({
            ...this.identity(image),
            imageId,
            imageName: image.imageName,
            host: at ?? "",
            facts: hostFacts,
        }));
    }

    private identity({ distribution, systemdVersion }: SystemdImage) {
        return { stack: thisStack(), version: VERSION, distribution, systemdVersion };
    }

    /** Last to be made, so first to be destroyed: where it refuses, nothing is lost yet. */
    private guard(name: string, engine: Engine, dependsOn: pulumi.Resource[]): void {
        runProgram(
            `${name}-guard`,
            { peer: engine, variables: { BASE: thisStack(), LABEL_PREFIX }, atTheEnd: "guard-base" },
            { parent: this, dependsOn },
        );
    }
}

/** The full name by which another stack's StackReference finds this one. */
function thisStack(): string {
    return `${pulumi.getOrganization()}/${pulumi.getProject()}/${pulumi.getStack()}`;
}

/** What is given, as far as it has the shape that it must have, and everything wrong with all of it. */
export function checkBase(name: string, given: unknown): Checked<SystemdBaseArgs> {
    const { args, problems } = fitted<SystemdBaseArgs>(given, argumentsOf("SystemdBase"));
    return {
        args,
        problems: withoutEchoes(problems, [
            ...nameProblems("name", name),
            ...imageProblems(args),
            ...engineProblems(args),
            ...clusterProblems(args.cluster),
            ...hostConflicts(args),
            ...baseImageProblems(args.cluster),
        ]),
    };
}

/** A base of a cluster is an image in a registry, and nothing else. */
function baseImageProblems(cluster: ClusterArgs | undefined): Problem[] {
    return cluster === undefined || (cluster.registry !== undefined && cluster.image === undefined)
        ? []
        : [
              {
                  argument: "cluster.registry",
                  value: cluster.registry,
                  allowed:
                      "the registry to which the base's image is pushed; without cluster.image, which needs no base",
              },
          ];
}
