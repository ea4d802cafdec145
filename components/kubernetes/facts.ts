import { isMap } from "../rules/shown";

/** What a cluster says of itself, as far as the components look at it. */
export interface ClusterFacts {
    /** Nothing where the user may not list nodes. */
    readonly nodes?: readonly NodeFacts[];
    /** RuntimeClass → its handler on the nodes; nothing where the user may not list them. */
    readonly runtimeClasses?: Readonly<Record<string, string>>;
    /** StorageClass → whether it is the default; nothing where the user may not list them. */
    readonly storageClasses?: Readonly<Record<string, boolean>>;
    /** The namespace that the machines are to be in, where it is there. */
    readonly namespace?: NamespaceFacts;
    /** Whether the one-time set-up of ours is there and ready (NRI). */
    readonly hasNri: boolean;
    /** Names of DaemonSets, by which a network can be known; nothing where the user may not list them. */
    readonly daemonSets?: readonly string[];
    readonly pods: readonly PodFacts[];
    /** Services of the namespace. */
    readonly services: readonly NamedFacts[];
}

export interface NodeFacts {
    readonly name: string;
    /** `containerd://2.1.9`. */
    readonly runtime: string;
    /** In Go's words, `amd64`. */
    readonly architecture: string;
    /** Whether it takes Pods now. */
    readonly isUsable: boolean;
    readonly labels: Readonly<Record<string, string>>;
    /** Handlers of its runtime that can give a Pod users of its own; the default one has an empty name. */
    readonly handlersWithUsers: readonly string[];
}

export interface NamespaceFacts {
    readonly labels: Readonly<Record<string, string>>;
    /** By which sandbox it was made; empty where it is somebody else's. */
    readonly instance: string;
    readonly owner: string;
    readonly sandbox: string;
    readonly stack: string;
    readonly project: string;
}

/** Something in the namespace, and the sandbox that it is of; empty where it is of none. */
export interface NamedFacts {
    readonly name: string;
    readonly sandbox: string;
}

export interface PodFacts extends NamedFacts {
    readonly project: string;
    readonly stack: string;
    /** Whether it runs, or is to run soon. */
    readonly isAlive: boolean;
    readonly generation: string;
    readonly instance: string;
}

/** What programs/cluster-look.mjs prints, where it has the form that it must have; anything else is left out. */
export function parseClusterFacts(printed: unknown, annotation: (name: string) => string): ClusterFacts {
    const said = isMap(printed) ? printed : {};
    return {
        nodes: listOrNothing(said.nodes, nodeFacts),
        runtimeClasses: mapOrNothing(said.runtimeClasses, text),
        storageClasses: mapOrNothing(said.storageClasses, (value) => value === true),
        namespace: isMap(said.namespace) ? namespaceFacts(said.namespace, annotation) : undefined,
        hasNri: said.setup === true,
        daemonSets: listOrNothing(said.daemonSets, text),
        pods: listOrNothing(said.pods, podFacts) ?? [],
        services: listOrNothing(said.services, namedFacts) ?? [],
    };
}

function nodeFacts(said: unknown): NodeFacts {
    const node = isMap(said) ? said : {};
    const handlers = isMap(node.handlers) ? Object.entries(node.handlers) : [];
    return {
        name: text(node.name),
        runtime: text(node.runtime),
        architecture: text(node.architecture),
        isUsable: node.ready === true && node.schedulable === true,
        labels: mapOrNothing(node.labels, text) ?? {},
        handlersWithUsers: handlers
            .filter(([, features]) => isMap(features) && features.userNamespaces === true)
            .map(([handler]) => handler),
    };
}

function namespaceFacts(said: Record<string, unknown>, annotation: (name: string) => string): NamespaceFacts {
    const annotations = mapOrNothing(said.annotations, text) ?? {};
    const own = (name: string) => annotations[annotation(name)] ?? "";
    return {
        labels: mapOrNothing(said.labels, text) ?? {},
        instance: own("instance"),
        owner: own("owner"),
        sandbox: own("sandbox"),
        stack: own("stack"),
        project: own("project"),
    };
}

function namedFacts(said: unknown): NamedFacts {
    const thing = isMap(said) ? said : {};
    return { name: text(thing.name), sandbox: text(thing.sandbox) };
}

function podFacts(said: unknown): PodFacts {
    const pod = isMap(said) ? said : {};
    return {
        ...namedFacts(said),
        project: text(pod.project),
        stack: text(pod.stack),
        isAlive: pod.running === true,
        generation: text(pod.generation),
        instance: text(pod.instance),
    };
}

function text(value: unknown): string {
    return typeof value === "string" ? value : "";
}

function listOrNothing<T>(value: unknown, parse: (item: unknown) => T): T[] | undefined {
    return Array.isArray(value) ? (value as unknown[]).map(parse) : undefined;
}

function mapOrNothing<T>(value: unknown, parse: (item: unknown) => T): Record<string, T> | undefined {
    return isMap(value)
        ? Object.fromEntries(Object.entries(value).map(([name, item]) => [name, parse(item)]))
        : undefined;
}
