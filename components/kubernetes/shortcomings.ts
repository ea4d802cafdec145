import * as pulumi from "@pulumi/pulumi";
import type { MachineSpec } from "../machine/arguments";
import type { Problem } from "../rules/problem";
import type { ClusterArgs } from "./cluster-args";
import type { ClusterFacts, NamespaceFacts } from "./facts";
import { serviceNames } from "./names";

interface Asked {
    readonly sandbox: string;
    readonly machines: readonly MachineSpec[];
    readonly ownsNamespace: boolean;
    readonly args: ClusterArgs;
}

/** What is asked of this cluster that it doesn't have, or that somebody else has there already. */
export function clusterShortcomings({ sandbox, machines, ownsNamespace, args }: Asked, facts: ClusterFacts): Problem[] {
    return [
        ...(ownsNamespace
            ? namespaceTaken(sandbox, facts)
            : [...namespaceMissing(args, facts), ...namesTaken(machines, facts)]),
        ...storageShortcomings(machines, args, facts),
    ];
}

function namespaceTaken(sandbox: string, { namespace }: ClusterFacts): Problem[] {
    return namespace === undefined || isOfThisStack(namespace)
        ? []
        : [
              {
                  argument: "name",
                  with: `the namespace ${sandbox} of this cluster`,
                  why:
                      namespace.sandbox === ""
                          ? "the name is taken; it is none of ours"
                          : `the name is taken; it belongs to the stack ${namespace.stack} of project ${namespace.project}, owned by ${namespace.owner}`,
                  mend: "Choose another name; or, for a namespace that is to stay, say so in cluster.namespace",
              },
          ];
}

function isOfThisStack({ project, stack }: NamespaceFacts): boolean {
    return project === pulumi.getProject() && stack === pulumi.getStack();
}

function namespaceMissing({ namespace: name }: ClusterArgs, { namespace }: ClusterFacts): Problem[] {
    return namespace !== undefined
        ? []
        : [
              {
                  argument: "cluster.namespace",
                  value: name,
                  allowed: "a namespace that exists",
                  mend: `Make it (kubectl create namespace ${name}), or leave it out for one of the sandbox's own`,
              },
          ];
}

/** Theirs would be taken over, and removed at the end. What is ours has our instance, which the state knows. */
function namesTaken(machines: readonly MachineSpec[], { pods, services }: ClusterFacts): Problem[] {
    const foreign = pods.filter(({ instance }) => instance === "").map(({ name }) => name);
    const ours = pods.some(({ instance }) => instance !== "");
    return machines.flatMap((spec) => {
        const taken = [
            ...(foreign.includes(spec.machine) ? [`the Pod ${spec.machine}`] : []),
            ...serviceNames(spec).flatMap((name) => (!ours && services.includes(name) ? [`the Service ${name}`] : [])),
        ];
        return taken.slice(0, 1).map((what) => ({
            argument: `machines.${spec.machine}`,
            with: `${what} of this namespace`,
            why: "the name is taken; it is none of ours",
            mend: "Choose another name, or remove what has it",
        }));
    });
}

function storageShortcomings(
    machines: readonly MachineSpec[],
    { storageClass }: ClusterArgs,
    { storageClasses }: ClusterFacts,
): Problem[] {
    const needed = machines.some(({ volumes }) => volumes.some(({ external }) => external === undefined));
    if (!needed || storageClasses === undefined) {
        return [];
    }
    const known = Object.keys(storageClasses).sort().join(", ") || "none";
    if (storageClass !== undefined) {
        return Object.keys(storageClasses).includes(storageClass)
            ? []
            : [
                  {
                      argument: "cluster.storageClass",
                      value: storageClass,
                      allowed: `one that the cluster has: ${known}`,
                  },
              ];
    }
    return Object.values(storageClasses).includes(true)
        ? []
        : [
              {
                  argument: "cluster.storageClass",
                  value: undefined,
                  allowed: `one that the cluster has (${known}): it has no default one, and machines have volumes`,
              },
          ];
}
