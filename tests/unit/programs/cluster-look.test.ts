import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { HOSTILE } from "../../support/hostile-text";
import { type Answer, type Answers, refusedBy, runForCluster } from "../../support/fake-kubectl";
import { assertPrintable } from "../../support/unprintable";

const PREFIX = "pulumi-centos-systemd.";

const NODE = {
    kind: "Node",
    metadata: { name: "node-a", labels: { "kubernetes.io/hostname": "node-a" } },
    spec: {},
    status: {
        nodeInfo: { containerRuntimeVersion: "containerd://2.1.9", architecture: "amd64" },
        conditions: [
            { type: "MemoryPressure", status: "False" },
            { type: "Ready", status: "True" },
        ],
        runtimeHandlers: [
            { name: "", features: { userNamespaces: true } },
            { name: "runc", features: null },
            { name: "machine", features: { userNamespaces: true } },
        ],
    },
};
const SEEN_NODE = {
    name: "node-a",
    runtime: "containerd://2.1.9",
    architecture: "amd64",
    ready: true,
    schedulable: true,
    labels: { "kubernetes.io/hostname": "node-a" },
    handlers: { "": { userNamespaces: true }, runc: { userNamespaces: false }, machine: { userNamespaces: true } },
};
const NOTHING = {
    nodes: [],
    runtimeClasses: {},
    namespace: null,
    pods: [],
    services: [],
    claims: [],
    storageClasses: {},
    setup: false,
    daemonSets: [],
};

const items = (...things: unknown[]): Answer => ({ stdout: JSON.stringify({ kind: "List", items: things }) });
const forbidden = (...kinds: string[]) =>
    kinds
        .map((kind) => `Error from server (Forbidden): ${kind} is forbidden: User "bob" cannot list resource\n`)
        .join("");
const setup = (status: object) => ({
    kind: "DaemonSet",
    metadata: { name: "nri", labels: { "app.kubernetes.io/name": "pulumi-centos-systemd-nri" } },
    status,
});
const FLANNEL = {
    kind: "DaemonSet",
    metadata: { name: "kube-flannel-ds" },
    status: { desiredNumberScheduled: 2, numberReady: 2 },
};
const NO_NAMESPACE = refusedBy("NotFound", 'namespaces "alice" not found');

interface Says {
    readonly cluster?: Answer;
    readonly namespaced?: Answer;
    readonly namespace?: Answer;
    readonly daemonSets?: Answer;
}

/** A cluster that says this, and nothing else. */
const answers = ({ cluster, namespaced, namespace, daemonSets }: Says): Answers => [
    [/ get nodes,runtimeclasses,storageclasses -o json$/, cluster ?? items()],
    [/ get pods,services,persistentvolumeclaims -o json$/, namespaced ?? items()],
    [/ get namespace alice -o json$/, namespace ?? NO_NAMESPACE],
    [/ get daemonsets --all-namespaces -o json$/, daemonSets ?? items()],
];

async function look(says: Says, environment: Record<string, string> = {}) {
    const ran = await runForCluster("cluster-look", answers(says), {
        NAMESPACE: "alice",
        KUBE_CONTEXT: "kind",
        ...environment,
    });
    assert.deepEqual([ran.status, ran.stderr], [0, ""]);
    assert.match(ran.stdout, /^[^\n]+\n$/);
    return { ...ran, seen: JSON.parse(ran.stdout) as Record<string, unknown> };
}

describe("a look at a cluster", () => {
    it("says that nothing is there, by four calls for its context and its namespace", async () => {
        const { seen, calls } = await look({});
        assert.deepEqual(seen, NOTHING);
        assert.equal(calls.length, 4);
        for (const { words } of calls) {
            assert.deepEqual(words.slice(0, 2), ["--context=kind", "--namespace=alice"]);
        }
    });

    it("says what its nodes are, and what they can", async () => {
        const tainted = (effect: string) => ({ ...NODE, spec: { taints: [{ key: "x", effect }] } });
        const { seen } = await look({
            cluster: items(
                NODE,
                { ...NODE, spec: { unschedulable: true }, status: {} },
                ...["NoSchedule", "NoExecute", "PreferNoSchedule"].map(tainted),
                { kind: "RuntimeClass", metadata: { name: "machine" }, handler: "systemd-machine" },
                { kind: "StorageClass", metadata: { name: "slow" } },
                {
                    kind: "StorageClass",
                    metadata: {
                        name: "fast",
                        annotations: { "storageclass.kubernetes.io/is-default-class": "true" },
                    },
                },
            ),
            daemonSets: items(setup({ desiredNumberScheduled: 2, numberReady: 2 }), FLANNEL),
        });
        const bare = { runtime: "", architecture: "", ready: false, schedulable: false, handlers: {} };
        assert.deepEqual(seen.nodes, [
            SEEN_NODE,
            { ...SEEN_NODE, ...bare },
            { ...SEEN_NODE, schedulable: false },
            { ...SEEN_NODE, schedulable: false },
            SEEN_NODE,
        ]);
        assert.deepEqual(seen.runtimeClasses, { machine: "systemd-machine" });
        assert.deepEqual(seen.storageClasses, { slow: false, fast: true });
        assert.deepEqual([seen.setup, seen.daemonSets], [true, ["nri", "kube-flannel-ds"]]);
    });

    it("doesn't take a DaemonSet for ready that is so on some nodes, or on none", async () => {
        for (const status of [
            { desiredNumberScheduled: 2, numberReady: 1 },
            { desiredNumberScheduled: 0, numberReady: 0 },
            {},
        ]) {
            assert.equal((await look({ daemonSets: items(setup(status), FLANNEL) })).seen.setup, false);
        }
    });

    it("says what is in the namespace", async () => {
        const annotations = { [`${PREFIX}generation`]: "7", [`${PREFIX}instance`]: "0a1b" };
        const pod = (name: string, status: object, metadata: object = {}) => ({
            kind: "Pod",
            metadata: { name, uid: `uid-of-${name}`, ...metadata },
            status,
        });
        const { seen } = await look({
            namespace: {
                stdout: JSON.stringify({
                    metadata: {
                        labels: { "pod-security.kubernetes.io/enforce": "baseline" },
                        annotations: {
                            [`${PREFIX}instance`]: "0a1b",
                            "kubectl.kubernetes.io/last-applied-configuration": "{}",
                        },
                    },
                    status: { phase: "Active" },
                }),
            },
            namespaced: items(
                pod("web", { phase: "Running" }, { annotations }),
                pod("db", { phase: "Pending" }, { annotations: null }),
                pod("evicted", { phase: "Failed", reason: "Evicted" }),
                pod("off", {
                    phase: "Succeeded",
                    containerStatuses: [{ name: "machine", state: { terminated: { exitCode: 0 } } }],
                }),
                pod("leaving", { phase: "Running" }, { deletionTimestamp: "2026-11-29T16:00:00Z" }),
                { kind: "Service", metadata: { name: "web" } },
                { kind: "PersistentVolumeClaim", metadata: { name: "web-data" } },
            ),
        });
        const none = { generation: "", instance: "", sandbox: "", project: "", stack: "" };
        assert.deepEqual(seen.pods, [
            { name: "web", uid: "uid-of-web", running: true, reason: "", ...none, generation: "7", instance: "0a1b" },
            { name: "db", uid: "uid-of-db", running: true, reason: "", ...none },
            { name: "evicted", uid: "uid-of-evicted", running: false, reason: "Evicted", ...none },
            { name: "off", uid: "uid-of-off", running: false, reason: "exit status 0", ...none },
            { name: "leaving", uid: "uid-of-leaving", running: false, reason: "Terminating", ...none },
        ]);
        assert.deepEqual([seen.services, seen.claims], [[{ name: "web", sandbox: "" }], ["web-data"]]);
        assert.deepEqual(seen.namespace, {
            terminating: false,
            labels: { "pod-security.kubernetes.io/enforce": "baseline" },
            annotations: { [`${PREFIX}instance`]: "0a1b" },
        });
    });

    it("says that a namespace is on its way out", async () => {
        for (const leaving of [
            { metadata: { deletionTimestamp: "2026-11-29T16:00:00Z" } },
            { metadata: {}, status: { phase: "Terminating" } },
        ]) {
            const { seen } = await look({ namespace: { stdout: JSON.stringify(leaving) } });
            assert.equal((seen.namespace as { terminating: boolean }).terminating, true);
        }
    });

    it("leaves out what may not be listed, and says the rest", async () => {
        const { seen } = await look({
            cluster: {
                ...items({ kind: "StorageClass", metadata: { name: "fast" } }),
                stderr: forbidden("nodes", "runtimeclasses.node.k8s.io"),
                status: 1,
            },
            namespace: refusedBy("Forbidden", 'namespaces "alice" is forbidden'),
            daemonSets: { stderr: forbidden("daemonsets.apps"), status: 1 },
        });
        const unknown = { nodes: null, runtimeClasses: null, daemonSets: null };
        assert.deepEqual(seen, { ...NOTHING, ...unknown, storageClasses: { fast: false } });
        const all = forbidden("nodes", "runtimeclasses.node.k8s.io", "storageclasses.storage.k8s.io");
        const none = await look({ cluster: { stdout: "", stderr: all, status: 1 } });
        assert.deepEqual(none.seen, { ...NOTHING, nodes: null, runtimeClasses: null, storageClasses: null });
    });
});

describe("a cluster that can't be asked", () => {
    const unreachable = async (says: Says, environment: Record<string, string> = {}) =>
        (await look(says, environment)).seen;
    const fails = (stderr: string): Says => {
        const answer = { stderr, status: 1 };
        return { cluster: answer, namespaced: answer, namespace: answer, daemonSets: answer };
    };

    for (const [what, stderr, reason] of [
        ["no such context", 'error: context "kind" does not exist\n', 'context "kind" does not exist'],
        [
            "nobody there",
            "E1129 16:38:37.123456   12345 memcache.go:265] couldn't get current server API group list\n".repeat(5) +
                "Unable to connect to the server: dial tcp 10.0.0.1:6443: i/o timeout\n",
            "Unable to connect to the server: dial tcp 10.0.0.1:6443: i/o timeout",
        ],
        [
            "no kubeconfig",
            "The connection to the server localhost:8080 was refused - did you specify the right host or port?\n",
            "no cluster is named by the kubeconfig /no/such: it isn't there, or says nothing",
        ],
        [
            "nobody known",
            "error: You must be logged in to the server (Unauthorized)\n".repeat(3),
            "You must be logged in to the server (Unauthorized)",
        ],
    ]) {
        it(`says so, once and in one line: ${what}`, async () => {
            assert.deepEqual(await unreachable(fails(stderr), { KUBECONFIG: "/no/such" }), { unreachable: reason });
        });
    }

    it("is one where Pods may not be listed", async () => {
        const namespaced = { ...items(), stderr: forbidden("pods"), status: 1 };
        assert.deepEqual(await unreachable({ namespaced }), {
            unreachable: "pods of the namespace alice may not be listed",
        });
    });

    it("is one that answers with what is no JSON", async () => {
        assert.deepEqual(await unreachable({ cluster: { stdout: "<html>" } }), {
            unreachable: "kubectl prints what is no JSON",
        });
    });

    it("is one for which there is no kubectl", async () => {
        assert.ok(!existsSync("/nowhere"));
        assert.deepEqual(await unreachable({}, { PATH: "/nowhere" }), {
            unreachable: "there is no kubectl on the PATH",
        });
    });
});

describe("what a cluster says that is not as it should be", () => {
    for (const [what, text] of HOSTILE) {
        it(`is shown without what a terminal would obey: ${what}`, async () => {
            const metadata = { name: text, uid: text, labels: { [text]: text }, annotations: { [text]: text } };
            const { stdout } = await look({
                cluster: items(
                    { ...NODE, metadata, status: { nodeInfo: { containerRuntimeVersion: text, architecture: text } } },
                    { kind: "RuntimeClass", metadata, handler: text },
                ),
                namespaced: items({ kind: "Pod", metadata, status: { phase: "Failed", reason: text } }),
                namespace: { stdout: JSON.stringify({ metadata }) },
            });
            assertPrintable(stdout);
            assertPrintable((await look({ cluster: { stderr: text, status: 1 } })).stdout);
        });
    }

    it("isn't there where it has another form", async () => {
        const odd = [null, 7, "x", [], { kind: "Node" }, { kind: "Pod", metadata: 7, status: [] }, { kind: ["Node"] }];
        const { seen } = await look({
            cluster: { stdout: JSON.stringify({ items: odd }) },
            namespaced: { stdout: "[]" },
            namespace: { stdout: "[]" },
        });
        const node = {
            name: "",
            runtime: "",
            architecture: "",
            ready: false,
            schedulable: true,
            labels: {},
            handlers: {},
        };
        assert.deepEqual(seen, {
            ...NOTHING,
            nodes: [node],
            namespace: { terminating: false, labels: {}, annotations: {} },
        });
    });
});
