/** Runtimes that let a container write into its cgroup, as containerd's configuration of the nodes has them. */
const HANDLERS = ["systemd-machine", "crun-machine"];

/** Its volumes are made before anybody claims them, and bound to the node that a Pod comes to. */
const STORAGE_CLASS = "local";

/** How many directories each node has for volumes, see roles/node.sh. */
const VOLUMES = 12;

/** What a cluster of the tests' own has from the start. */
export function objects(nodes: readonly string[]): object[] {
    return [
        ...HANDLERS.map(runtimeClass),
        storageClass(),
        ...nodes.flatMap((node) => Array.from({ length: VOLUMES }, (_, i) => volume(node, i + 1))),
    ];
}

function runtimeClass(handler: string) {
    return { apiVersion: "node.k8s.io/v1", kind: "RuntimeClass", metadata: { name: handler }, handler };
}

function storageClass() {
    return {
        apiVersion: "storage.k8s.io/v1",
        kind: "StorageClass",
        metadata: { name: STORAGE_CLASS, annotations: { "storageclass.kubernetes.io/is-default-class": "true" } },
        provisioner: "kubernetes.io/no-provisioner",
        volumeBindingMode: "WaitForFirstConsumer",
    };
}

/** Nobody empties it once it is given back, so it is used once; the next cluster begins with empty ones. */
function volume(node: string, number: number) {
    const onItsNode = { key: "kubernetes.io/hostname", operator: "In", values: [node] };
    return {
        apiVersion: "v1",
        kind: "PersistentVolume",
        metadata: { name: `${node}-${number}` },
        spec: {
            capacity: { storage: "1Gi" },
            accessModes: ["ReadWriteOnce"],
            persistentVolumeReclaimPolicy: "Retain",
            storageClassName: STORAGE_CLASS,
            local: { path: `/var/lib/volumes/${number}` },
            nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [onItsNode] }] } },
        },
    };
}
