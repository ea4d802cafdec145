import assert from "node:assert/strict";
import type { ClusterArgs } from "../../../components/kubernetes/cluster-args";
import type { ClusterFacts } from "../../../components/kubernetes/facts";
import { clusterShortcomings } from "../../../components/kubernetes/shortcomings";
import type { MachineArgs } from "../../../components/machine/arguments";
import { describeProblems } from "../../../components/rules/problem";
import { cluster, namespace, pod } from "../../support/cluster-facts";
import { host } from "../../support/host-facts";
import { specOf } from "../../support/machine";
import { recordResources } from "../../support/mocks";

const OURS = namespace({
    instance: "0a1b2c3d",
    owner: "carol",
    sandbox: "alice",
    stack: "stack",
    project: "test",
});
const IN_TEAM: ClusterArgs = { namespace: "team" };
const service = (name: string, sandbox = "") => ({ name, sandbox });
const OWN_POD = pod("web", { sandbox: "alice", project: "test", stack: "stack" });

/** What is said of the machine `web` on such a cluster; nothing where nothing is wrong. */
function said(facts: Partial<ClusterFacts>, args: ClusterArgs = {}, machine: MachineArgs = {}): string {
    const asked = {
        sandbox: "alice",
        machines: [specOf(machine)],
        ownsNamespace: args.namespace === undefined,
        args,
    };
    const found = clusterShortcomings(asked, cluster(facts));
    return found.length === 0 ? "" : describeProblems(found);
}

describe("the namespace of a sandbox", () => {
    // By it the stack knows itself.
    before(() => recordResources(host({})));

    it("is free where it isn't there, or is this stack's own", () => {
        assert.equal(said({}), "");
        assert.equal(said({ namespace: OURS }), "");
    });

    it("is taken where it is none of ours", () =>
        assert.match(
            said({ namespace: namespace() }),
            /^1 .*\n {2}name can't be combined with the namespace alice of this cluster: the name is taken; it is none of ours\. Choose another name; or, .* cluster\.namespace\.$/,
        ));

    it("is taken where another stack has it, or one of another project: it says whose", () => {
        for (const other of [{ stack: "dev" }, { project: "shop" }]) {
            const { stack, project } = { ...OURS, ...other };
            assert.match(
                said({ namespace: { ...OURS, ...other } }),
                new RegExp(`it belongs to the stack ${stack} of project ${project}, owned by carol\\. Choose`),
            );
        }
    });

    it("says no more than a line, whatever somebody has written on it", () =>
        assert.equal(said({ namespace: { ...OURS, stack: "a\n\u001b[2Jb" } }).split("\n").length, 2));

    it("has to be there where it is one that stays", () => {
        assert.match(
            said({}, IN_TEAM),
            /cluster\.namespace: "team"; allowed: a namespace that exists\. Make it \(kubectl create namespace team\), or leave it out/,
        );
        assert.equal(said({ namespace: namespace() }, IN_TEAM), "");
    });
});

describe("names in a namespace that others are in", () => {
    const inTeam = (facts: Partial<ClusterFacts>, machine: MachineArgs = {}) =>
        said({ namespace: namespace(), ...facts }, IN_TEAM, machine);

    it("are free where nobody has them, or the sandbox itself", () => {
        assert.equal(inTeam({ pods: [pod("db")], services: [service("db"), service("kubernetes")] }), "");
        assert.equal(inTeam({ pods: [OWN_POD], services: [service("web", "alice")] }), "");
    });

    it("are taken where somebody's Pod or Service has one", () => {
        assert.match(
            inTeam({ pods: [pod("web")] }),
            /machines\.web can't be combined with the Pod web of this namespace: the name is taken; it is none of ours\. Choose/,
        );
        assert.match(inTeam({ services: [service("web")] }), /with the Service web of this namespace/);
        assert.match(inTeam({ services: [service("shop")] }, { aliases: ["shop"] }), /with the Service shop of/);
        assert.match(inTeam({ services: [service("www")] }, { hostname: "www" }), /with the Service www of/);
    });

    it("are taken where another sandbox has one, or another stack's sandbox of that name: it says which", () => {
        const theirs = pod("web", { sandbox: "bob", project: "test", stack: "bob" });
        assert.match(
            inTeam({ pods: [OWN_POD, theirs] }),
            /with the Pod web .*: the name is taken; it is of the sandbox bob\./,
        );
        assert.match(
            inTeam({ pods: [OWN_POD], services: [service("web", "bob")] }),
            /with the Service web .*of the sandbox bob/,
        );
        for (const other of [{ stack: "dev" }, { project: "shop" }]) {
            assert.match(inTeam({ pods: [{ ...OWN_POD, ...other }] }), /with the Pod web .*of the sandbox alice/);
        }
    });

    it("are said once for each machine", () =>
        assert.match(inTeam({ pods: [pod("web")], services: [service("web")] }), /^1 argument is/));

    it("don't matter in a namespace of the sandbox's own", () =>
        assert.equal(said({ namespace: OURS, pods: [pod("web")], services: [service("web")] }), ""));
});

describe("what a cluster keeps volumes in", () => {
    const DATA = { volumes: { data: { path: "/data" } } };

    it("is its default StorageClass, or the one that was named", () => {
        assert.equal(said({}, {}, DATA), "");
        assert.equal(said({ storageClasses: { fast: false } }, { storageClass: "fast" }, DATA), "");
    });

    it("is missing where it has no default one, or not the one that was named: it says what it has", () => {
        assert.match(
            said({ storageClasses: { slow: false, fast: false } }, {}, DATA),
            /cluster\.storageClass: missing; allowed: one that the cluster has \(fast, slow\): it has no default one/,
        );
        assert.match(said({ storageClasses: {} }, {}, DATA), /one that the cluster has \(none\)/);
        for (const storageClass of ["fast", "constructor"]) {
            assert.match(
                said({}, { storageClass }, DATA),
                new RegExp(`cluster\\.storageClass: "${storageClass}"; allowed: one that the cluster has: standard\\.`),
            );
        }
    });

    it("doesn't matter where nothing is to be kept, where it is somebody's claim, and where nobody may know", () => {
        const none = { storageClasses: {} };
        assert.equal(said(none, { storageClass: "fast" }), "");
        assert.equal(said(none, {}, { volumes: { data: { path: "/data", external: "shared" } } }), "");
        assert.equal(said({ storageClasses: undefined }, {}, DATA), "");
    });
});
