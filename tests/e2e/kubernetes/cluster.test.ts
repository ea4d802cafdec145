import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { debian } from "../../support/base-image";
import { docker } from "../../support/docker";
import type { Cluster } from "../../support/kubernetes/cluster";
import { sharedCluster } from "../../support/kubernetes/shared";

const PORT = 8000;

/** What tells Pods of these tests apart. */
interface PodOptions {
    readonly node?: string;
    readonly runtimeClassName?: string;
    readonly hostUsers?: boolean;
    readonly claim?: string;
}

/** What `kubectl get nodes -o json` has, as far as it is asked for here. */
interface Nodes {
    readonly items: readonly {
        readonly status: {
            readonly nodeInfo: { readonly kubeletVersion: string };
            readonly conditions: readonly { readonly type: string; readonly status: string }[];
            readonly runtimeHandlers: readonly {
                readonly name: string;
                readonly features: { readonly userNamespaces: boolean };
            }[];
        };
    }[];
}

if (process.env.KUBERNETES === "all") {
    describe("the Kubernetes cluster", function () {
        this.timeout("3m");

        let cluster: Cluster;
        let image: string;
        const namespaces: string[] = [];

        before("runs, and has an image in its registry", async function () {
            cluster = await sharedCluster(this);
            const { baseImage } = await debian("bookworm");
            image = `${cluster.registry}/cluster-test:${randomBytes(4).toString("hex")}`;
            await docker(["tag", baseImage, image]);
            await docker(["push", "--quiet", image]);
        });

        after("nothing of these tests is left in it", async () => {
            await Promise.all(namespaces.map((name) => cluster.kubectl("delete", "namespace", name)));
            if (image !== undefined) {
                await docker(["rmi", image]);
            }
        });

        it("has nodes that are ready, of one version, with runtimes for user namespaces", async () => {
            const { items } = JSON.parse(await cluster.kubectl("get", "nodes", "--output=json")) as Nodes;
            assert.equal(items.length, cluster.nodes.length);
            assert.equal(new Set(items.map(({ status }) => status.nodeInfo.kubeletVersion)).size, 1);
            for (const { status } of items) {
                assert.equal(status.conditions.find(({ type }) => type === "Ready")?.status, "True");
                for (const handler of ["systemd-machine", "crun-machine"]) {
                    const { features } = status.runtimeHandlers.find(({ name }) => name === handler)!;
                    assert.equal(features.userNamespaces, true, handler);
                }
            }
        });

        it("runs on each node what was pushed to its registry, and Pods find each other by name", async () => {
            const namespace = await newNamespace();
            await Promise.all(cluster.nodes.map((node) => server(namespace, node, { node })));
            for (const from of cluster.nodes) {
                assert.equal(await nodeOf(namespace, from), from);
                for (const to of cluster.nodes) {
                    assert.equal(await answers(namespace, from, `${to}.${namespace}`), true, `${to} from ${from}`);
                }
            }
        });

        it("has Services with an address of their own, and answers at it", async () => {
            const namespace = await newNamespace();
            const [here, there] = cluster.nodes;
            await Promise.all([server(namespace, "web", { node: here }), server(namespace, "client", { node: there })]);
            const service = { selector: { app: "web" }, ports: [{ port: 80, targetPort: PORT }] };
            await cluster.apply({ ...object("v1", "Service", namespace, "balanced"), spec: service });
            await until(() => answers(namespace, "client", "balanced", 80));
        });

        it("keeps other namespaces out where a NetworkPolicy says so, and only there", async () => {
            const [ours, others] = [await newNamespace(), await newNamespace()];
            const [here, there] = cluster.nodes;
            await Promise.all([
                server(ours, "web", { node: here }),
                server(ours, "friend", { node: there }),
                server(others, "stranger", { node: there }),
                server(others, "neighbour", { node: here }),
            ]);
            const address = await cluster.kubectl(
                "--namespace",
                ours,
                "get",
                "pod",
                "web",
                "-o=jsonpath={.status.podIP}",
            );
            const strangers = () =>
                Promise.all(["stranger", "neighbour"].map((from) => answers(others, from, address)));
            assert.deepEqual(await strangers(), [true, true]);
            const spec = { podSelector: {}, policyTypes: ["Ingress"], ingress: [{ from: [{ podSelector: {} }] }] };
            await cluster.apply({ ...object("networking.k8s.io/v1", "NetworkPolicy", ours, "own"), spec });
            await until(async () => (await strangers()).every((reached) => !reached));
            assert.equal(await answers(ours, "friend", address), true);
        });

        it("gives cgroups to containers only where a runtime class says so", async () => {
            const namespace = await newNamespace();
            const pods = {
                stock: {},
                writable: { runtimeClassName: "systemd-machine" },
                "own-users": { runtimeClassName: "crun-machine", hostUsers: false },
            };
            await Promise.all(Object.entries(pods).map(([name, options]) => server(namespace, name, options)));
            const makes = (pod: string) => succeeds(execute(namespace, pod, "mkdir", "/sys/fs/cgroup/of-the-test"));
            assert.deepEqual(await Promise.all(Object.keys(pods).map(makes)), [false, true, true]);
            const users = await execute(namespace, "own-users", "cat", "/proc/self/uid_map");
            assert.doesNotMatch(users, /^\s*0\s+0\s/);
        });

        it("has volumes for those who claim one, and their data outlive a Pod", async () => {
            const namespace = await newNamespace();
            const spec = { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } };
            await cluster.apply({ ...object("v1", "PersistentVolumeClaim", namespace, "data"), spec });
            await server(namespace, "first", { claim: "data" });
            await execute(namespace, "first", "sh", "-c", "echo kept >/data/file");
            await cluster.kubectl("--namespace", namespace, "delete", "pod", "first", "--grace-period=0", "--force");
            await server(namespace, "second", { claim: "data" });
            assert.equal(await execute(namespace, "second", "cat", "/data/file"), "kept\n");
        });

        async function newNamespace(): Promise<string> {
            const name = `test-${randomBytes(3).toString("hex")}`;
            await cluster.apply({ apiVersion: "v1", kind: "Namespace", metadata: { name } });
            namespaces.push(name);
            return name;
        }

        /** A Pod that answers on a port, and has a name to be found by. */
        async function server(namespace: string, name: string, options: PodOptions = {}): Promise<void> {
            const { claim, node, ...spec } = options;
            const container = {
                name: "server",
                image,
                command: ["python3", "-m", "http.server", `${PORT}`],
                readinessProbe: { tcpSocket: { port: PORT }, periodSeconds: 1 },
                volumeMounts: claim === undefined ? [] : [{ name: "data", mountPath: "/data" }],
            };
            await cluster.apply(
                {
                    apiVersion: "v1",
                    kind: "Pod",
                    metadata: { name, namespace, labels: { app: name } },
                    spec: {
                        ...spec,
                        hostname: name,
                        subdomain: name,
                        terminationGracePeriodSeconds: 0,
                        nodeSelector: node === undefined ? undefined : { "kubernetes.io/hostname": node },
                        containers: [container],
                        volumes:
                            claim === undefined ? [] : [{ name: "data", persistentVolumeClaim: { claimName: claim } }],
                    },
                },
                {
                    ...object("v1", "Service", namespace, name),
                    spec: { clusterIP: "None", publishNotReadyAddresses: true, selector: { app: name } },
                },
            );
            const ready = ["wait", "--for=condition=Ready", "--timeout=60s", `pod/${name}`];
            await cluster.kubectl("--namespace", namespace, ...ready);
        }

        const execute = (namespace: string, pod: string, ...words: string[]) =>
            cluster.kubectl("--namespace", namespace, "exec", pod, "--", ...words);

        /** Whether a Pod's server answers another Pod. A name may take a moment to be known. */
        const answers = (namespace: string, from: string, to: string, port = PORT) =>
            succeeds(
                execute(
                    namespace,
                    from,
                    ...["curl", "--silent", "--fail", "--output", "/dev/null", "--max-time", "2", "--retry", "3"],
                    ...["--retry-all-errors", "--retry-delay", "1", `http://${to}:${port}/`],
                ),
            );

        const nodeOf = (namespace: string, pod: string) =>
            cluster.kubectl("--namespace", namespace, "get", "pod", pod, "--output=jsonpath={.spec.nodeName}");
    });
}

const object = (apiVersion: string, kind: string, namespace: string, name: string) => ({
    apiVersion,
    kind,
    metadata: { namespace, name },
});

function succeeds(doing: Promise<unknown>): Promise<boolean> {
    return doing.then(
        () => true,
        () => false,
    );
}

async function until(condition: () => Promise<boolean>): Promise<void> {
    for (const deadline = Date.now() + 60_000; !(await condition()); await sleep(500)) {
        assert.ok(Date.now() < deadline, "it didn't come to that within a minute");
    }
}
