import { LABEL_PREFIX } from "../../../components/labels";
import type { Cluster } from "./cluster";

/** Kinds that come and go by themselves: what the cluster's own programs say to each other. */
const PASSING = ["events", "events.events.k8s.io", "leases.coordination.k8s.io"];

interface Thing {
    readonly kind: string;
    readonly metadata: {
        readonly name: string;
        readonly namespace?: string;
        readonly annotations?: Readonly<Record<string, string>>;
    };
}

/**
 * Every object of every kind in the whole cluster, as `Kind namespace/name`, sorted: compare two with `assert.deepEqual`. What sandboxes of
 * other stacks than this one have in namespaces of their own comes and goes, and isn't looked at.
 */
export async function things(cluster: Cluster, stack: string): Promise<string[]> {
    const kinds = (await cluster.kubectl("api-resources", "--verbs=list", "--output=name")).trim().split("\n");
    const asked = kinds.filter((kind) => !PASSING.includes(kind)).join();
    const { items } = JSON.parse(
        await cluster.kubectl("get", asked, "--all-namespaces", "--ignore-not-found", "--output=json"),
    ) as { items: readonly Thing[] };
    const others = items
        .filter(({ kind, metadata }) => kind === "Namespace" && ![undefined, stack].includes(stackOf(metadata)))
        .map(({ metadata }) => metadata.name);
    return items
        .filter(
            ({ kind, metadata: { name, namespace = kind === "Namespace" ? name : "" } }) => !others.includes(namespace),
        )
        .map(({ kind, metadata: { name, namespace = "" } }) => `${kind} ${namespace}/${name}`)
        .sort();
}

const stackOf = ({ annotations = {} }: Thing["metadata"]) => annotations[`${LABEL_PREFIX}stack`];
