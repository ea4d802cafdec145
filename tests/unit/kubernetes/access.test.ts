import assert from "node:assert/strict";
import {
    type AccessSettings,
    type AccessWish,
    chooseClusterAccess,
    type ClusterAccess,
    NRI,
    NRI_ANNOTATION,
} from "../../../components/kubernetes/access";
import type { ClusterFacts } from "../../../components/kubernetes/facts";
import { cluster, namespace, node } from "../../support/cluster-facts";

const WITH_USERS = cluster({
    nodes: [node({ handlersWithUsers: ["machines"] }), node({ name: "node-b", handlersWithUsers: ["", "machines"] })],
    runtimeClasses: { systemd: "machines" },
});
const WITH_CLASS = cluster({ runtimeClasses: { systemd: "machines" } });
const CRIO = cluster({ nodes: [node({ runtime: "cri-o://1.36.0" })] });
const DOCKER = cluster({ nodes: [node({ runtime: "docker://24.0.0" })] });
const UNLISTED = cluster({ nodes: undefined, runtimeClasses: undefined, storageClasses: undefined });
const CLASS: AccessWish = { runtimeClass: "systemd" };

/** One row of docs/kubernetes.md: on such a cluster, with such a wish, machines get their cgroups so. */
interface Row {
    readonly cluster: string;
    readonly facts: ClusterFacts;
    readonly wish?: AccessWish;
    readonly access: ClusterAccess;
}

const ROWS: readonly Row[] = [
    { cluster: "a stock cluster", facts: cluster(), access: "own-namespaces" },
    {
        cluster: "containerd 1.7",
        facts: cluster({ nodes: [node({ runtime: "containerd://1.7.24" })] }),
        access: "own-namespaces",
    },
    {
        cluster: "CRI-O beside a node that takes no Pods, as a control plane's own",
        facts: cluster({ nodes: [...(CRIO.nodes ?? []), node({ name: "control", isUsable: false })] }),
        access: "cri-o",
    },
    { cluster: "one with the one-time set-up", facts: cluster({ hasNri: true }), access: "nri" },
    {
        cluster: "one with the one-time set-up, whose nodes may not be listed",
        facts: { ...UNLISTED, hasNri: true },
        access: "nri",
    },
    { cluster: "a RuntimeClass by name", facts: WITH_CLASS, wish: CLASS, access: "runtime-class" },
    {
        cluster: "a RuntimeClass by name, where they may not be listed",
        facts: UNLISTED,
        wish: CLASS,
        access: "runtime-class",
    },
    {
        cluster: "a RuntimeClass by name beside the set-up",
        facts: { ...WITH_CLASS, hasNri: true },
        wish: CLASS,
        access: "runtime-class",
    },
    {
        cluster: "a RuntimeClass that isn't named",
        facts: WITH_USERS,
        access: "own-namespaces",
    },
    {
        cluster: "a RuntimeClass that gives users, on all nodes",
        facts: WITH_USERS,
        wish: CLASS,
        access: "runtime-class-users",
    },
    {
        cluster: "a RuntimeClass that gives users, on some of the nodes",
        facts: { ...WITH_USERS, nodes: [...(WITH_USERS.nodes ?? []), node({ name: "node-c" })] },
        wish: CLASS,
        access: "runtime-class",
    },
    {
        cluster: "a RuntimeClass whose handler gives none, beside one that does",
        facts: { ...WITH_USERS, runtimeClasses: { systemd: "machines", other: "others" } },
        wish: { runtimeClass: "other" },
        access: "runtime-class",
    },
    {
        cluster: "a RuntimeClass by name, of which nobody may know whether its handler is the one that gives users",
        facts: { ...UNLISTED, nodes: [node({ handlersWithUsers: [""] })] },
        wish: CLASS,
        access: "runtime-class",
    },
    {
        cluster: "the set-up, and machines that could be on a node with containerd 1.7 too",
        facts: cluster({ hasNri: true, nodes: [node(), node({ runtime: "containerd://1.7.24" })] }),
        access: "own-namespaces",
    },
    {
        cluster: "the set-up, and machines that are kept from a node with containerd 1.7",
        facts: cluster({
            hasNri: true,
            nodes: [node({ labels: { pool: "new" } }), node({ runtime: "containerd://1.7.24" })],
        }),
        wish: { nodeSelector: { pool: "new" } },
        access: "nri",
    },
    { cluster: "CRI-O", facts: CRIO, access: "cri-o" },
    { cluster: "CRI-O with the set-up", facts: { ...CRIO, hasNri: true }, access: "cri-o" },
    {
        cluster: "CRI-O with a RuntimeClass",
        facts: { ...CRIO, runtimeClasses: { systemd: "machines" } },
        wish: CLASS,
        access: "cri-o",
    },
    {
        cluster: "CRI-O on those nodes that the machines can be on",
        facts: cluster({ nodes: [node(), node({ runtime: "cri-o://1.36.0", labels: { pool: "machines" } })] }),
        wish: { nodeSelector: { pool: "machines" } },
        access: "cri-o",
    },
];

/** What of a Pod each access sets. */
const SETTINGS: Record<ClusterAccess, Omit<AccessSettings, "name">> = {
    "runtime-class-users": { runtimeClassName: "systemd", hostUsers: false, seccomp: true, ownNamespaces: false },
    "cri-o": { runtimeClassName: "systemd", seccomp: true, ownNamespaces: false },
    "runtime-class": { runtimeClassName: "systemd", seccomp: true, ownNamespaces: false },
    nri: { runtimeClassName: "systemd", seccomp: true, ownNamespaces: false, annotations: NRI_ANNOTATION },
    "own-namespaces": { runtimeClassName: "systemd", seccomp: false, ownNamespaces: true },
};

/** A cluster that offers all of them that can be had at once, so that each can be wished for. */
const EVERYTHING = cluster({
    nodes: [node({ runtime: "cri-o://1.36.0", handlersWithUsers: ["machines"] })],
    runtimeClasses: { systemd: "machines" },
    hasNri: true,
});
const NEWER = { ...EVERYTHING, nodes: [node({ handlersWithUsers: ["machines"] })] };

function chosen(facts: ClusterFacts, wish: AccessWish = {}, systemd = 252) {
    const decision = chooseClusterAccess(facts, systemd, wish);
    assert.ok(!("refusal" in decision), "refusal" in decision ? decision.refusal : "");
    return decision;
}

function refused(facts: ClusterFacts, wish: AccessWish = {}, systemd = 252): string {
    const decision = chooseClusterAccess(facts, systemd, wish);
    assert.ok("refusal" in decision, JSON.stringify(decision));
    return decision.refusal;
}

describe("how Pods get their cgroups", () => {
    for (const row of ROWS) {
        it(`${row.cluster}: ${row.access}`, () => assert.equal(chosen(row.facts, row.wish).access, row.access));
    }

    it("is each time said with its reason", () => {
        for (const { facts, wish } of ROWS) {
            assert.match(chosen(facts, wish).reason, /\w/);
        }
    });

    it("warns of nothing but of a Pod without seccomp", () => {
        for (const { facts, wish, cluster: what } of ROWS) {
            const { warning, settings } = chosen(facts, wish);
            assert.equal(warning === undefined, settings.seccomp, what);
        }
        assert.match(chosen(cluster()).warning ?? "", /"own-namespaces": machines run without a seccomp profile/);
    });

    for (const [access, settings] of Object.entries(SETTINGS) as [ClusterAccess, AccessSettings][]) {
        it(`${access}: is granted to who wishes it, with its settings`, () => {
            const decision = chosen(access === "nri" ? NEWER : EVERYTHING, { ...CLASS, access });
            assert.equal(decision.access, access);
            assert.deepEqual(decision.settings, { ...settings, name: access });
        });
    }

    it("is the least privileged where nobody wishes anything", () => {
        assert.equal(chosen(EVERYTHING, CLASS).access, "runtime-class-users");
        assert.equal(chosen(EVERYTHING).access, "cri-o");
    });

    it("gives no Pod users of its own that doesn't ask for a RuntimeClass", () => {
        const { settings } = chosen({ ...WITH_USERS, nodes: [node({ handlersWithUsers: ["", "machines"] })] });
        assert.deepEqual([settings.hostUsers, settings.runtimeClassName], [undefined, undefined]);
    });

    it("refuses a wish that the cluster doesn't grant, and names what it offers", () => {
        assert.equal(
            refused(cluster({ hasNri: true }), { access: "cri-o" }),
            'cluster.cgroupAccess: "cri-o" is nothing that this cluster offers (containerd://2.1.9, no cluster.runtimeClass). ' +
                'Leave it out, or choose "nri" or "own-namespaces".',
        );
        assert.match(refused(cluster(), { access: "nri" }), /"nri" is nothing .* or choose "own-namespaces"\.$/);
        assert.match(refused(WITH_CLASS, { ...CLASS, access: "runtime-class-users" }), /runtimeClass systemd\)/);
    });

    it("takes somebody's word for own-namespaces, where nobody knows the nodes", () => {
        assert.equal(chosen(UNLISTED, { access: "own-namespaces" }).access, "own-namespaces");
        assert.equal(chosen(DOCKER, { access: "own-namespaces" }).access, "own-namespaces");
    });
});

describe("a cluster on which no machine can be", () => {
    it("is one of which nothing is known: the ways out are said", () => {
        const said = refused(UNLISTED);
        assert.match(
            said,
            /^Nothing is known of this cluster .*\(its nodes may not be listed, no cluster\.runtimeClass\)/,
        );
        for (const way of [
            /named in cluster\.runtimeClass/,
            /nodes with CRI-O/,
            /cluster\.cgroupAccess: "own-namespaces"/,
        ]) {
            assert.match(said, way);
        }
    });

    it("is one with another runtime, or with one of several that are different", () => {
        assert.match(refused(DOCKER), /\(docker:\/\/24\.0\.0, no cluster\.runtimeClass\)\. Ways out: a RuntimeClass/);
        assert.match(
            refused(cluster({ nodes: [...(CRIO.nodes ?? []), ...(cluster().nodes ?? [])] })),
            /\(containerd:\/\/2\.1\.9, cri-o:\/\/1\.36\.0, no/,
        );
    });

    it("is one without the RuntimeClass that was named", () => {
        assert.equal(
            refused(cluster({ runtimeClasses: { kata: "kata", gvisor: "runsc" } }), CLASS),
            'cluster.runtimeClass: the cluster has no RuntimeClass "systemd". It has gvisor, kata.',
        );
        assert.match(
            refused(cluster(), CLASS),
            /no RuntimeClass "systemd"\. It has none at all\. Ways out: a RuntimeClass/,
        );
    });

    it("is one without the RuntimeClass, though every object has something of that name", () =>
        assert.match(refused(cluster(), { runtimeClass: "constructor" }), /no RuntimeClass "constructor"/));

    it("is one without a node that has the labels", () => {
        assert.match(
            refused(cluster(), { nodeSelector: { disk: "ssd" } }),
            /^cluster\.nodeSelector: no node has these labels \(kubectl get nodes --show-labels\)\.$/,
        );
    });

    it("is one whose nodes take no Pods now; one that does is enough", () => {
        const [down, up] = [node({ isUsable: false }), node({ name: "node-b" })];
        assert.match(refused(cluster({ nodes: [down] })), /^No node takes Pods now: .*\(kubectl get nodes\)\.$/);
        assert.match(
            refused(cluster({ nodes: [down, up] }), { nodeSelector: { "kubernetes.io/hostname": "node-a" } }),
            /^No node takes Pods now/,
        );
        assert.equal(chosen(cluster({ nodes: [down, up] })).access, "own-namespaces");
    });

    it("is one whose namespace enforces PodSecurity restricted, whatever was wished", () => {
        const enforcing = (level: string) =>
            cluster({ namespace: namespace({ labels: { "pod-security.kubernetes.io/enforce": level } }) });
        for (const wish of [{}, { access: "own-namespaces" } as const]) {
            assert.match(refused(enforcing("restricted"), wish), /PodSecurity "restricted".* Let it enforce baseline/);
        }
        for (const level of ["baseline", "privileged"]) {
            assert.equal(chosen(enforcing(level)).access, "own-namespaces");
        }
    });

    it("is every one for a systemd that knows no cgroup v2", () => {
        assert.match(
            refused(EVERYTHING, CLASS, 232),
            /^systemd 232 can't use cgroup v2, .* Choose a distribution with systemd 233 or newer\.$/,
        );
        assert.equal(chosen(EVERYTHING, CLASS, 233).access, "runtime-class-users");
    });
});

describe("the one-time set-up", () => {
    it("is for containerd from 2 on, and for nothing else", () => {
        for (const runtime of ["containerd://2.0.0", "containerd://2.1.9", "containerd://10.0.0"]) {
            assert.match(runtime, NRI);
        }
        for (const runtime of ["containerd://1.7.24", "containerd://1.20.0", "cri-o://2.0.0", "docker://24.0.0", ""]) {
            assert.doesNotMatch(runtime, NRI);
        }
    });
});
