import { OUR_NAME } from "../labels";
import { FIRST_SYSTEMD_WITH_CGROUP_V2 } from "../cgroups/unified";
import type { ClusterFacts, NodeFacts } from "./facts";

/**
 * The ways in which a Pod gets a cgroup subtree that its systemd may write, the least privileged first (docs/kubernetes.md). Kubernetes plans
 * one of its own, `securityContext.cgroupOptions` (KEP-5474): the first row, once a node's `features` say that it has it.
 */
export const ClusterAccess = {
    /** A RuntimeClass with writable cgroups, and users of the Pod's own: root in it is nobody on the node. */
    runtimeClassUsers: "runtime-class-users",
    /** CRI-O mounts what systemd needs when it sees that PID 1 is systemd. */
    crio: "cri-o",
    /** A RuntimeClass with writable cgroups. */
    runtimeClass: "runtime-class",
    /** The one-time set-up of ours makes cgroups writable for the Pods that ask for it (NRI). */
    nri: "nri",
    /** PID 1 makes user, mount and cgroup namespaces of its own before it becomes systemd. Takes a Pod without seccomp. */
    ownNamespaces: "own-namespaces",
} as const;
export type ClusterAccess = (typeof ClusterAccess)[keyof typeof ClusterAccess];

/** What of a Pod differs between them. */
export interface AccessSettings {
    readonly name: ClusterAccess;
    readonly runtimeClassName?: string;
    /** `false`: users of its own. */
    readonly hostUsers?: boolean;
    /** Whether the runtime's own seccomp profile applies; without it, there is none. */
    readonly seccomp: boolean;
    /** Whether PID 1 makes namespaces before it becomes systemd. */
    readonly ownNamespaces: boolean;
    /** What the one-time set-up knows the Pod by. */
    readonly annotations?: Readonly<Record<string, string>>;
}

/** A choice with its reason and what it opens, or a refusal with its ways out. */
export type ClusterDecision =
    | {
          readonly access: ClusterAccess;
          readonly reason: string;
          readonly warning?: string;
          readonly settings: AccessSettings;
      }
    | { readonly refusal: string };

/** What a person says of it. */
export interface AccessWish {
    readonly access?: ClusterAccess;
    readonly runtimeClass?: string;
    readonly nodeSelector?: Readonly<Record<string, string>>;
}

interface Row {
    readonly name: ClusterAccess;
    /** Why Pods get it in this way on such a cluster; `undefined` where they can't. */
    readonly suits: (cluster: Cluster) => string | undefined;
    readonly settings: (wish: AccessWish) => Omit<AccessSettings, "name">;
    /** What it opens. */
    readonly warning?: string;
}

/** The cluster, as far as the machines can be on it. */
interface Cluster {
    readonly nodes: readonly NodeFacts[];
    /** Of the RuntimeClass that is named; empty where nobody may know it. */
    readonly handler?: string;
    readonly hasNri: boolean;
    readonly wish: AccessWish;
}

/** Runtimes that have plugins switched on, and the set-up can be for. */
export const NRI = /^containerd:\/\/([2-9]|\d\d)/;

/** By it the one-time set-up knows the Pods that are to have writable cgroups. */
export const NRI_ANNOTATION = { [`cgroups.${OUR_NAME}`]: "writable" };

const ROWS: readonly Row[] = [
    {
        name: ClusterAccess.runtimeClassUsers,
        suits: ({ nodes, handler }) =>
            handler !== undefined &&
            handler !== "" &&
            every(nodes, ({ handlersWithUsers }) => handlersWithUsers.includes(handler))
                ? "a RuntimeClass that can give Pods users of their own: root in a machine is nobody on its node"
                : undefined,
        settings: ({ runtimeClass }) => ({
            runtimeClassName: runtimeClass,
            hostUsers: false,
            seccomp: true,
            ownNamespaces: false,
        }),
    },
    {
        name: ClusterAccess.crio,
        suits: ({ nodes }) =>
            every(nodes, ({ runtime }) => runtime.startsWith("cri-o://"))
                ? "CRI-O gives a Pod whose PID 1 is systemd what it needs, and nothing has to be asked for"
                : undefined,
        settings: ({ runtimeClass }) => ({ runtimeClassName: runtimeClass, seccomp: true, ownNamespaces: false }),
    },
    {
        name: ClusterAccess.runtimeClass,
        suits: ({ handler }) => (handler === undefined ? undefined : "a RuntimeClass, named by the person"),
        settings: ({ runtimeClass }) => ({ runtimeClassName: runtimeClass, seccomp: true, ownNamespaces: false }),
    },
    {
        name: ClusterAccess.nri,
        // It may have been made for some of the nodes alone.
        suits: ({ hasNri, nodes }) =>
            hasNri && nodes.every(({ runtime }) => NRI.test(runtime))
                ? "the cluster's one-time set-up, which makes cgroups writable"
                : undefined,
        settings: ({ runtimeClass }) => ({
            runtimeClassName: runtimeClass,
            seccomp: true,
            ownNamespaces: false,
            annotations: NRI_ANNOTATION,
        }),
    },
    {
        name: ClusterAccess.ownNamespaces,
        suits: ({ nodes, wish }) =>
            wish.access === ClusterAccess.ownNamespaces ||
            every(nodes, ({ runtime }) => /^containerd:\/\/[1-9]/.test(runtime))
                ? "nothing better is known of this cluster: PID 1 makes namespaces of its own"
                : undefined,
        settings: ({ runtimeClass }) => ({ runtimeClassName: runtimeClass, seccomp: false, ownNamespaces: true }),
        warning:
            'cgroupAccess "own-namespaces": machines run without a seccomp profile, and their root may mount and make namespaces within its own. ' +
            "A RuntimeClass with writable cgroups takes less (docs/kubernetes.md).",
    },
];

/** What a cluster's admin can do, in order of preference. */
const WAYS_OUT =
    "Ways out: a RuntimeClass whose handler has cgroup_writable (containerd 2.1 and newer), named in cluster.runtimeClass; nodes with CRI-O; " +
    'or cluster.cgroupAccess: "own-namespaces", which takes no more than a Pod without seccomp. docs/kubernetes.md has what to ask the admin for.';

/** Cluster facts × systemd version × the caller's wish → the least privilege that boots, or why nothing does. */
export function chooseClusterAccess(facts: ClusterFacts, systemdVersion: number, wish: AccessWish): ClusterDecision {
    if (systemdVersion < FIRST_SYSTEMD_WITH_CGROUP_V2) {
        return {
            refusal:
                `systemd ${systemdVersion} can't use cgroup v2, and Kubernetes' nodes have nothing else. ` +
                `Choose a distribution with systemd ${FIRST_SYSTEMD_WITH_CGROUP_V2} or newer.`,
        };
    }
    const refusal = podSecurityRefusal(facts) ?? runtimeClassRefusal(facts, wish) ?? nodesRefusal(facts, wish);
    if (refusal !== undefined) {
        return { refusal };
    }
    const cluster = {
        // Those that take Pods: the control plane's own, for one, can be otherwise.
        nodes: (candidates(facts, wish) ?? []).filter(({ isUsable }) => isUsable),
        handler: wish.runtimeClass === undefined ? undefined : (facts.runtimeClasses?.[wish.runtimeClass] ?? ""),
        hasNri: facts.hasNri,
        wish,
    };
    const possible = ROWS.flatMap(({ name, suits, settings, warning }) => {
        const reason = suits(cluster);
        return reason === undefined ? [] : [{ access: name, reason, warning, settings: { name, ...settings(wish) } }];
    });
    if (possible.length === 0) {
        return {
            refusal: `Nothing is known of this cluster by which systemd could have cgroups (${described(cluster)}). ${WAYS_OUT}`,
        };
    }
    const granted = possible.find(({ access }) => wish.access === undefined || access === wish.access);
    return (
        granted ?? {
            refusal:
                `cluster.cgroupAccess: "${wish.access}" is nothing that this cluster offers (${described(cluster)}). ` +
                `Leave it out, or choose ${possible.map(({ access }) => `"${access}"`).join(" or ")}.`,
        }
    );
}

/** Nodes on which the machines can be; nothing where the user may not know. */
export function candidates(
    { nodes }: ClusterFacts,
    { nodeSelector = {} }: AccessWish,
): readonly NodeFacts[] | undefined {
    return nodes?.filter(({ labels }) =>
        Object.entries(nodeSelector).every(([label, value]) => labels[label] === value),
    );
}

/** The platform of an image for them: of the first, as an image is for one kind of processor, and the usual one where nothing is known. */
export function imagePlatform(facts: ClusterFacts, wish: AccessWish): string {
    return `linux/${candidates(facts, wish)?.[0]?.architecture ?? "amd64"}`;
}

/** The API server would say so of each Pod, when half of the sandbox is made. */
function podSecurityRefusal({ namespace }: ClusterFacts): string | undefined {
    return namespace?.labels["pod-security.kubernetes.io/enforce"] === "restricted"
        ? 'The namespace enforces PodSecurity "restricted", which lets no container start as root, and systemd is root\'s. ' +
              "Let it enforce baseline (kubectl label namespace … pod-security.kubernetes.io/enforce=baseline --overwrite), or leave cluster.namespace out for one of the sandbox's own."
        : undefined;
}

function runtimeClassRefusal({ runtimeClasses }: ClusterFacts, { runtimeClass }: AccessWish): string | undefined {
    if (
        runtimeClass === undefined ||
        runtimeClasses === undefined ||
        Object.keys(runtimeClasses).includes(runtimeClass)
    ) {
        return undefined;
    }
    const known = Object.keys(runtimeClasses);
    return (
        `cluster.runtimeClass: the cluster has no RuntimeClass "${runtimeClass}". ` +
        (known.length === 0 ? `It has none at all. ${WAYS_OUT}` : `It has ${known.sort().join(", ")}.`)
    );
}

function nodesRefusal(facts: ClusterFacts, wish: AccessWish): string | undefined {
    const nodes = candidates(facts, wish);
    if (nodes === undefined || nodes.some(({ isUsable }) => isUsable)) {
        return undefined;
    }
    if (facts.nodes?.length === 0) {
        return "The cluster has no node on which machines could be (kubectl get nodes).";
    }
    return nodes.length === 0
        ? "cluster.nodeSelector: no node has these labels (kubectl get nodes --show-labels)."
        : "No node takes Pods now: none is ready and schedulable (kubectl get nodes).";
}

function every(nodes: readonly NodeFacts[], is: (node: NodeFacts) => boolean): boolean {
    return nodes.length > 0 && nodes.every(is);
}

function described({ nodes, wish }: Cluster): string {
    const runtimes = [...new Set(nodes.map(({ runtime }) => runtime))].sort();
    return [
        runtimes.length === 0 ? "its nodes may not be listed" : runtimes.join(", "),
        wish.runtimeClass === undefined ? "no cluster.runtimeClass" : `runtimeClass ${wish.runtimeClass}`,
    ].join(", ");
}
