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
            : [...namespaceMissing(args, facts), ...namesTaken(sandbox, machines, facts)]),
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

function isOfThisStack({ project, stack }: Pick<NamespaceFacts, "project" | "stack">): boolean {
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

/** Theirs would be taken over, and removed at the end. */
function namesTaken(sandbox: string, machines: readonly MachineSpec[], { pods, services }: ClusterFacts): Problem[] {
    const others = {
        Pod: pods.filter((pod) => pod.sandbox !== sandbox || !isOfThisStack(pod)),
        Service: services.filter((service) => service.sandbox !== sandbox),
    };
    return machines.flatMap((spec) => {
        const taken = [
            ...others.Pod.filter(({ name }) => name === spec.machine).map((pod) => ["Pod", pod] as const),
            ...serviceNames(spec).flatMap((each) =>
                others.Service.filter(({ name }) => name === each).map((service) => ["Service", service] as const),
            ),
        ];
        return taken.slice(0, 1).map(([kind, { name, sandbox: whose }]) => ({
            argument: `machines.${spec.machine}`,
            with: `the ${kind} ${name} of this namespace`,
            why:
                whose === ""
                    ? "the name is taken; it is none of ours"
                    : `the name is taken; it is of the sandbox ${whose}`,
            mend: "Choose another name, or another namespace",
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
