import type { ClusterFacts, NamespaceFacts, NodeFacts, PodFacts } from "../../components/kubernetes/facts";
import { LABEL_PREFIX } from "../../components/labels";

/** A node of a stock cluster, except for what the test says. */
export function node(facts: Partial<NodeFacts> = {}): NodeFacts {
    return {
        name: "node-a",
        runtime: "containerd://2.1.9",
        architecture: "amd64",
        isUsable: true,
        labels: { "kubernetes.io/hostname": facts.name ?? "node-a" },
        handlersWithUsers: [],
        ...facts,
    };
}

/** A stock cluster of two nodes, with nothing of ours in it, except for what the test says. */
export function cluster(facts: Partial<ClusterFacts> = {}): ClusterFacts {
    return {
        nodes: [node(), node({ name: "node-b" })],
        runtimeClasses: {},
        storageClasses: { standard: true },
        hasNri: false,
        pods: [],
        services: [],
        ...facts,
    };
}

/** The same with our one-time set-up: no machine in it is warned of. */
export const setUp = cluster({ hasNri: true });

/** A Pod that is none of ours, except for what the test says. */
export function pod(name: string, facts: Partial<PodFacts> = {}): PodFacts {
    const nobodys = { generation: "", instance: "", sandbox: "", project: "", stack: "" };
    return { name, isAlive: true, ...nobodys, ...facts };
}

/** A namespace that is none of ours, except for what the test says. */
export function namespace(facts: Partial<NamespaceFacts> = {}): NamespaceFacts {
    return { labels: {}, instance: "", owner: "", sandbox: "", stack: "", project: "", ...facts };
}

/** What a look at a cluster finds, or why there is none. */
export type ClusterSight = ClusterFacts | { readonly unreachable: string };

/** The same as programs/cluster-look.mjs prints it. */
export function clusterAnswer(facts: ClusterSight): object {
    if ("unreachable" in facts) {
        return facts;
    }
    return {
        nodes: facts.nodes?.map(nodeAnswer) ?? null,
        runtimeClasses: facts.runtimeClasses ?? null,
        storageClasses: facts.storageClasses ?? null,
        namespace: facts.namespace === undefined ? null : namespaceAnswer(facts.namespace),
        setup: facts.hasNri,
        daemonSets: facts.daemonSets ?? null,
        pods: facts.pods.map(({ isAlive, ...pod }) => ({ ...pod, uid: "uid", running: isAlive, reason: "" })),
        services: facts.services,
        claims: [],
    };
}

function nodeAnswer({ isUsable, handlersWithUsers, ...node }: NodeFacts): object {
    const handlers = handlersWithUsers.map((handler) => [handler, { userNamespaces: true }] as const);
    return { ...node, ready: isUsable, schedulable: true, handlers: Object.fromEntries(handlers) };
}

function namespaceAnswer({ labels, ...ours }: NamespaceFacts): object {
    const annotations = Object.entries(ours)
        .filter(([, value]) => value !== "")
        .map(([name, value]) => [`${LABEL_PREFIX}${name}`, value]);
    return { terminating: false, labels, annotations: Object.fromEntries(annotations) as object };
}
