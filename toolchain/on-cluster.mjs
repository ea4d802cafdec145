import { lastLines, run } from "./child.mjs";
import { parseJson } from "./json.mjs";
import { labelPrefix } from "./names.mjs";
import { Problem } from "./problem.mjs";

/** @typedef {import("./labelled.mjs").Labelled} Labelled */
/** @typedef {{ metadata: { name: string, namespace: string, creationTimestamp: string, labels?: Labels, annotations?: Labels }, data?: Labels, status?: { phase?: string } }} Item */
/** @typedef {Record<string, string>} Labels */

/**
 * What sandboxes have on a cluster, in the words of what they have on an engine: Pods are containers, a namespace of a sandbox's own is a network,
 * and the mark of how long one may live a volume there.
 *
 * @param {string} context empty for the current one
 * @returns {Promise<Labelled>}
 */
export async function onCluster(context) {
    const where = context === "" ? [] : ["--context", context];
    const selector = `--selector=${labelPrefix}sandbox`;
    const words = ["get", "pods,configmaps", "--all-namespaces", selector, "--output=json"];
    const ended = await run("kubectl", [...where, ...words]);
    if (!ended.ok) {
        throw new Problem("What sandboxes have there can't be listed:", lastLines(ended));
    }
    const { items } = /** @type {{ items: (Item & { kind: string })[] }} */ (parseJson(ended.stdout));
    const namespaces = await ownNamespaces(where);
    const of = (/** @type {string} */ kind) => items.filter((item) => item.kind === kind).map(thing);
    // Whose a sandbox is, its namespace says, where it has one of its own.
    const containers = of("Pod").map((each) => {
        const own = namespaces.find(({ name }) => name === each.labels["namespace"]);
        return { ...each, labels: { ...own?.labels, ...each.labels } };
    });
    return { containers, networks: namespaces, volumes: of("ConfigMap"), images: [] };
}

/**
 * Namespaces that sandboxes have made for themselves; none where the user may not list them.
 *
 * @param {string[]} where
 */
async function ownNamespaces(where) {
    const words = [
        "get",
        "namespaces",
        "--selector=app.kubernetes.io/managed-by=pulumi-centos-systemd",
        "--output=json",
    ];
    const ended = await run("kubectl", [...where, ...words]);
    const { items } = /** @type {{ items: Item[] }} */ (ended.ok ? parseJson(ended.stdout) : { items: [] });
    return items.map((item) => {
        const { name } = item.metadata;
        const { labels, ...own } = thing(item);
        return { ...own, labels: { ...labels, namespace: name, "own-namespace": name } };
    });
}

/** @param {Item} item @returns {import("./labelled.mjs").Thing} */
function thing({ metadata, data, status }) {
    const all = { ...metadata.labels, ...metadata.annotations };
    const ours = /** @type {Labels} */ (
        Object.fromEntries(
            Object.entries(all).flatMap(([name, value]) =>
                name.startsWith(labelPrefix) ? [[name.slice(labelPrefix.length), value]] : [],
            ),
        )
    );
    return {
        name: metadata.name,
        created: metadata.creationTimestamp,
        labels: {
            ...ours,
            namespace: metadata.namespace,
            ...(data?.["ttl"] !== undefined && { ttl: data["ttl"] }),
        },
        state: status?.phase?.toLowerCase() ?? "",
    };
}
