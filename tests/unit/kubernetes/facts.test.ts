import * as fc from "fast-check";
import * as pulumi from "@pulumi/pulumi";
import assert from "node:assert/strict";
import { chooseClusterAccess } from "../../../components/kubernetes/access";
import { parseClusterFacts } from "../../../components/kubernetes/facts";
import { lookAtCluster } from "../../../components/kubernetes/look";
import { reachCluster } from "../../../components/kubernetes/cluster";
import type { ClusterArgs } from "../../../components/kubernetes/cluster-args";
import { LABEL_PREFIX } from "../../../components/labels";
import { cluster, clusterAnswer, type ClusterSight, namespace, node, pod } from "../../support/cluster-facts";
import { host } from "../../support/host-facts";
import { recordResources } from "../../support/mocks";
import { valueOf } from "../../support/recorded-sandbox";

const parse = (printed: unknown) => parseClusterFacts(printed, (name) => `${LABEL_PREFIX}${name}`);

/** What is believed of a cluster that says nothing. */
const NOTHING = {
    nodes: undefined,
    runtimeClasses: undefined,
    storageClasses: undefined,
    namespace: undefined,
    hasNri: false,
    daemonSets: undefined,
    pods: [],
    services: [],
};

const NODE = {
    name: "",
    runtime: "",
    architecture: "",
    isUsable: false,
    labels: {},
    handlersWithUsers: [],
};

describe("what a cluster says of itself", () => {
    it("is all that the program prints of it", () => {
        const facts = cluster({
            nodes: [node({ handlersWithUsers: ["", "machines"], labels: { a: "b" } }), node({ isUsable: false })],
            runtimeClasses: { systemd: "machines" },
            storageClasses: { slow: false, fast: true },
            namespace: namespace({
                labels: { a: "b" },
                instance: "0a1b",
                owner: "alice",
                sandbox: "alice",
                stack: "dev",
                project: "shop",
            }),
            hasNri: true,
            pods: [
                pod("web", { generation: "7", instance: "0a1b", sandbox: "alice", project: "shop", stack: "dev" }),
                pod("db", { isAlive: false }),
            ],
            services: [{ name: "web", sandbox: "alice" }],
            daemonSets: ["kube-flannel-ds"],
        });
        assert.deepEqual(parse(clusterAnswer(facts)), facts);
    });

    it("is nothing where it may not be listed", () => {
        const { nodes, runtimeClasses, storageClasses } = parse({
            nodes: null,
            runtimeClasses: null,
            storageClasses: null,
            namespace: null,
        });
        assert.deepEqual([nodes, runtimeClasses, storageClasses], [undefined, undefined, undefined]);
    });

    it("is nothing where it has no form at all", () => {
        for (const printed of [undefined, null, 1, "", "{}", [], [{}], true, {}]) {
            assert.deepEqual(parse(printed), NOTHING, JSON.stringify(printed));
        }
    });

    it("is left out where it has another form", () => {
        assert.deepEqual(
            parse({
                nodes: { a: 1 },
                runtimeClasses: ["systemd"],
                storageClasses: "standard",
                namespace: ["default"],
                setup: "true",
                daemonSets: { flannel: true },
                pods: "web",
                services: { web: {} },
            }),
            NOTHING,
        );
    });

    it("makes no node usable, and no class the default one, by anything but a plain yes", () => {
        const { nodes, storageClasses } = parse({
            nodes: [
                null,
                [],
                { ready: "true", schedulable: 1 },
                { ready: true },
                { schedulable: true },
                { name: 7, runtime: {}, architecture: [], labels: "a=b", handlers: [{ userNamespaces: true }] },
                { handlers: { a: true, b: { userNamespaces: "yes" }, c: null } },
            ],
            storageClasses: { a: "true", b: 1, c: null, d: true },
        });
        assert.deepEqual(
            nodes,
            Array.from({ length: 7 }, () => NODE),
        );
        assert.deepEqual(storageClasses, { a: false, b: false, c: false, d: true });
    });

    it("makes no Pod ours, and no namespace, by anything but our own annotations", () => {
        const { pods, namespace: seen } = parse({
            pods: [null, { name: "web", running: "yes", generation: 7, instance: { a: 1 } }],
            namespace: { labels: { a: 1 }, annotations: { owner: "alice", [`${LABEL_PREFIX}stack`]: 7 } },
        });
        assert.deepEqual(pods, [pod("", { isAlive: false }), pod("web", { isAlive: false })]);
        assert.deepEqual(seen, namespace({ labels: { a: "" } }));
    });

    it("ends no program, whatever it is: there is a choice or a refusal", () => {
        const fields = Object.keys(clusterAnswer(cluster()));
        const said = fc.oneof(fc.jsonValue(), fc.dictionary(fc.constantFrom(...fields, "__proto__"), fc.jsonValue()));
        fc.assert(
            fc.property(said, (printed) => {
                const decision = chooseClusterAccess(parse(printed), 252, { runtimeClass: "constructor" });
                assert.ok("refusal" in decision || decision.access === "runtime-class", JSON.stringify(decision));
            }),
        );
    });
});

describe("a look at the cluster", () => {
    const look = async (sight: ClusterSight, args: ClusterArgs = {}) => {
        await recordResources(host({}), sight);
        const parent = new pulumi.ComponentResource("test:index:Parent", "parent");
        return valueOf(lookAtCluster(reachCluster("alice", args), parent));
    };

    it("finds what is there", async () =>
        assert.deepEqual(await look(cluster()), { ...cluster(), namespace: undefined, daemonSets: undefined }));

    it("of one that doesn't answer is one line in its own words, without a stack, and says how to try", async () => {
        const args = { kubeconfig: "/k", context: "kind", namespace: "team" };
        await assert.rejects(look({ unreachable: "connection refused." }, args), (error) => {
            assert.ok(pulumi.ResourceError.isInstance(error));
            assert.equal(error.hideStack, true);
            assert.equal(
                error.message,
                "The cluster can't be reached: connection refused. " +
                    "`kubectl --kubeconfig /k --context kind --namespace team version` shows whether it answers; " +
                    "cluster.kubeconfig and cluster.context say where it is.",
            );
            return true;
        });
    });
});

describe("a cluster, as programs and people reach it", () => {
    it("is that of the environment, in a namespace of the sandbox's own, where nobody says otherwise", () => {
        assert.deepEqual(reachCluster("alice", {}), {
            namespace: "alice",
            ownsNamespace: true,
            environment: { KUBE_CONTEXT: "", NAMESPACE: "alice" },
            kubectl: "kubectl --namespace alice",
        });
    });

    it("is that of the kubeconfig and the context, and a namespace that stays", () => {
        assert.deepEqual(reachCluster("alice", { kubeconfig: "k.yaml", context: "kind", namespace: "team" }), {
            namespace: "team",
            ownsNamespace: false,
            environment: { KUBECONFIG: "k.yaml", KUBE_CONTEXT: "kind", NAMESPACE: "team" },
            kubectl: "kubectl --kubeconfig k.yaml --context kind --namespace team",
        });
    });
});
