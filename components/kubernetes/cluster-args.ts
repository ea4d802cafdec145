import { choiceProblems } from "../rules/choice";
import { isImageReference } from "../distribution/image-reference";
import type { BadValue, Conflict, Problem } from "../rules/problem";
import { isMap } from "../rules/shown";
import { sizeProblems } from "../rules/size";
import { ClusterAccess } from "./access";
import { ServiceType } from "./service-type";

/** Which cluster. */
export interface ClusterAddressArgs {
    /**
     * Path of the kubeconfig file, absolute or relative to the program's working directory. What is in it stays out of the state.
     * @default what `KUBECONFIG` says, else `~/.kube/config`
     */
    kubeconfig?: string;
    /**
     * Name of a context in the kubeconfig.
     * @default its current one
     */
    context?: string;
}

/** A Kubernetes cluster whose Pods the machines are. */
export interface ClusterArgs extends ClusterAddressArgs {
    /**
     * A namespace that exists already, and stays. The sandbox's Pods, Services, Secrets and claims are then among what else is there;
     * a name that somebody else has there is refused.
     * @default one of the sandbox's own, named like it, which enforces PodSecurity `baseline` and goes with it
     */
    namespace?: string;
    /**
     * Registry, with a path, to which the built image is pushed, and from which the nodes pull it: `registry.example.org/team`. Docker's
     * own login is used (`docker login`). What was pushed stays there.
     * @default none: then `image` says which one to boot
     */
    registry?: string;
    /**
     * An image that the nodes can pull already, to boot instead of one that is built: one of ours, or any whose `/sbin/init` is systemd.
     * `distribution` or `systemdVersion` say which systemd it has.
     * @default built here, and pushed to `registry`
     */
    image?: string;
    /**
     * A RuntimeClass whose handler gives Pods writable cgroups (containerd 2.1 and newer, `cgroup_writable = true`).
     * @default the cluster's own runtime
     */
    runtimeClass?: string;
    /**
     * How machines get a cgroup subtree that they may write (docs/kubernetes.md).
     * @default the least privileged that the cluster is known to offer
     */
    cgroupAccess?: ClusterAccess;
    /**
     * StorageClass of the machines' `volumes`.
     * @default the cluster's default one
     */
    storageClass?: string;
    /**
     * How large each of the machines' `volumes` is to be at least: a whole number of `KiB`, `MiB` or `GiB`.
     * @default "1GiB"
     */
    volumeSize?: string;
    /**
     * Publishes the machines' `ports` by a Service of this type each, named `<machine>-ports`, and lets everybody in through them:
     * `ClusterIP`, `NodePort` or `LoadBalancer`. `hostPort` is then the port of the nodes, or of the Service.
     * @default none: the output `forward` has the command that brings them to this computer
     */
    serviceType?: ServiceType;
    /**
     * Labels that a node must have for machines to run on it.
     * @default any node
     */
    nodeSelector?: Record<string, string>;
}

/** A Kubernetes name as most objects have it (RFC 1123). */
const NAME = /^(?=.{1,63}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?$/;
/** Names of what has no other object's name in it (RFC 1123, subdomain). */
const SUBDOMAIN = /^(?=.{1,253}$)[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/;
/** Nothing that a shell or ssh takes for more than a path: it is in commands that people copy. */
const KUBECONFIG = /^(?!-)[\p{L}\p{N}_./@:+,=-]+$/u;
/** A context can be named anything; in a command that people copy, it is one word. */
const CONTEXT = /^[\w.@:/+-]+$/;
const REGISTRY = /^[a-z0-9.-]+(:\d+)?(\/[a-z0-9._-]+)*$/;
const LABEL_KEY = /^([a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?\/)?[A-Za-z0-9]([\w.-]{0,61}[A-Za-z0-9])?$/;
export const LABEL_VALUE = /^([A-Za-z0-9]([\w.-]{0,61}[A-Za-z0-9])?)?$/;

/** Everything wrong with where the machines are to be. */
export function clusterProblems(args: ClusterArgs | undefined, prefix = "cluster."): Problem[] {
    if (args === undefined) {
        return [];
    }
    const { kubeconfig, context, namespace, registry, image, runtimeClass, storageClass } = args;
    const form = (
        argument: keyof ClusterArgs,
        value: string | undefined,
        regex: RegExp,
        allowed: string,
    ): BadValue[] =>
        value === undefined || regex.test(value) ? [] : [{ argument: `${prefix}${argument}`, value, allowed }];
    return [
        ...form(
            "kubeconfig",
            kubeconfig,
            KUBECONFIG,
            "the path of a file, without `~` and blanks, one word for a shell",
        ),
        ...form("context", context, CONTEXT, "the name of a context (kubectl config get-contexts), one word"),
        ...form("namespace", namespace, NAME, "the name of a namespace that exists (kubectl get namespaces)"),
        ...form("registry", registry, REGISTRY, 'a registry with a path in lower case, "registry.example.org/team"'),
        ...(image === undefined || isImageReference(image)
            ? []
            : [
                  {
                      argument: `${prefix}image`,
                      value: image,
                      allowed: "an image reference, registry/name:tag or registry/name@sha256:…",
                  },
              ]),
        ...form("runtimeClass", runtimeClass, SUBDOMAIN, "the name of a RuntimeClass (kubectl get runtimeclasses)"),
        ...choiceProblems(`${prefix}cgroupAccess`, args.cgroupAccess, Object.values(ClusterAccess)),
        ...form("storageClass", storageClass, SUBDOMAIN, "the name of a StorageClass (kubectl get storageclasses)"),
        ...sizeProblems(`${prefix}volumeSize`, args.volumeSize),
        ...choiceProblems(`${prefix}serviceType`, args.serviceType, Object.values(ServiceType)),
        ...nodeSelectorProblems(`${prefix}nodeSelector`, args.nodeSelector),
    ];
}

/** A cluster's nodes pull what they boot: something has to be there. `hasBase`: a base stack has it. */
export function clusterImageProblems(
    { registry, image }: Pick<ClusterArgs, "registry" | "image"> = {},
    hasBase: boolean,
): Problem[] {
    const given = { base: hasBase, "cluster.image": image !== undefined, "cluster.registry": registry !== undefined };
    const [first, second] = Object.entries(given).flatMap(([argument, isGiven]) => (isGiven ? [argument] : []));
    if (first === undefined) {
        return [
            {
                argument: "cluster.registry",
                value: undefined,
                allowed: "a registry from which the cluster's nodes pull the image that is built here",
                mend: "Or name an image that they can pull already, in cluster.image, or a base that has pushed one",
            },
        ];
    }
    return second === undefined
        ? []
        : [
              {
                  argument: second,
                  with: first,
                  why: "each says which image the machines boot",
                  mend: "Leave one or the other out",
              },
          ];
}

/** A cluster, and what else could say where things are. */
type HostBesideCluster = { readonly cluster?: ClusterArgs } & {
    readonly [Argument in "host" | "certPath" | "hosts" | "cgroupAccess"]?: unknown;
};

/** What belongs to an engine's host, and has no meaning in a cluster. */
export function hostConflicts(args: HostBesideCluster): Conflict[] {
    const mends = {
        host: "Leave one or the other out",
        certPath: "Leave one or the other out",
        hosts: "Leave it out: `on` names a node of the cluster",
        cgroupAccess: "Say it in cluster.cgroupAccess",
    } as const;
    return Object.entries(mends)
        .filter(([argument]) => args.cluster !== undefined && !isEmpty(args[argument as keyof typeof mends]))
        .map(([argument, mend]) => ({
            argument,
            with: "cluster",
            why: "it is of a Docker engine's host, and the machines are Pods",
            mend,
        }));
}

function isEmpty(value: unknown): boolean {
    return value === undefined || (isMap(value) && Object.keys(value).length === 0);
}

/** Everything wrong with labels that nodes are to have. */
export function nodeSelectorProblems(argument: string, labels: Readonly<Record<string, string>> = {}): BadValue[] {
    return Object.entries(labels)
        .filter(([label, value]) => !LABEL_KEY.test(label) || !LABEL_VALUE.test(value))
        .map(([label, value]) => ({
            argument,
            value: `${label}=${value}`,
            allowed: "a label of nodes and its value (kubectl get nodes --show-labels)",
        }));
}

/** A node's name, where a machine is to be on one. */
export function nodeProblems(argument: string, node: string | undefined): BadValue[] {
    return node === undefined || SUBDOMAIN.test(node)
        ? []
        : [{ argument, value: node, allowed: "the name of a node (kubectl get nodes)" }];
}
