import * as pulumi from "@pulumi/pulumi";
import assert from "node:assert/strict";
import { SystemdCluster, type SystemdClusterArgs } from "../../../components";
import { NRI_ANNOTATION } from "../../../components/kubernetes/access";
import { cluster, type ClusterSight, node } from "../../support/cluster-facts";
import { host } from "../../support/host-facts";
import { recordResources, type Registered } from "../../support/mocks";
import { inputsOf, valueOf } from "../../support/recorded-sandbox";
import { refusedRun } from "../../support/refused-run";

const IMAGE = { image: "team/nri:1" };

const registered = (resources: Registered[]) => resources.map(({ type, name }) => `${type.split(":").at(-1)} ${name}`);

/** What the set-up named `cluster` registers, all of it. */
async function setUpOf(args: SystemdClusterArgs, sight: ClusterSight = cluster()) {
    const resources = await recordResources(host({}), sight);
    const { image } = new SystemdCluster("cluster", args);
    // Registered last, after all that it guards.
    while (!resources.some(({ name }) => name === "cluster-guard")) {
        await new Promise(setImmediate);
    }
    return { resources, image: await valueOf(image) };
}

interface DaemonSet {
    readonly metadata: { readonly namespace: string; readonly labels: object };
    readonly spec: {
        readonly selector: { readonly matchLabels: object };
        readonly template: { readonly metadata: { readonly labels: object }; readonly spec: PodSpec };
    };
}

interface PodSpec {
    readonly containers: readonly [{ readonly image: string; readonly env: object; readonly securityContext: object }];
    readonly volumes: readonly object[];
    readonly nodeSelector: object;
    readonly [setting: string]: unknown;
}

const daemonSet = (resources: Registered[]) =>
    inputsOf(resources, ":DaemonSet", "cluster-plugin") as unknown as DaemonSet;

describe("the one-time set-up of a cluster", () => {
    it("is a privileged namespace with the plugin on each node, and a guard; its image is built and pushed", async () => {
        const { resources, image } = await setUpOf({ registry: "registry.example.org/team" });
        assert.deepEqual(registered(resources).sort(), [
            "Command cluster-guard",
            "Command cluster-leftovers",
            "DaemonSet cluster-plugin",
            "Image cluster",
            "Namespace cluster-namespace",
            "SystemdCluster cluster",
            "kubernetes cluster-cluster",
        ]);
        const { metadata } = inputsOf(resources, ":Namespace", "cluster-namespace");
        assert.deepEqual(metadata, {
            name: "pulumi-centos-systemd",
            labels: { "pod-security.kubernetes.io/enforce": "privileged" },
        });
        assert.equal(image, `registry.example.org/team/pulumi-centos-systemd-nri@sha256:${"c".repeat(64)}`);
        assert.equal(daemonSet(resources).spec.template.spec.containers[0].image, image);
        assert.equal(daemonSet(resources).metadata.namespace, "pulumi-centos-systemd");
    });

    it("builds its plugin with the Go that was named, for the processors of the nodes", async () => {
        const arm = cluster({ nodes: [node(), node({ architecture: "arm64", labels: { pool: "arm" } })] });
        const build = async (args: object) => {
            const { resources } = await setUpOf({ registry: "r", ...args }, arm);
            const { build: found } = inputsOf(resources, "image:Image", "cluster");
            const { platform, args: words } = found as { platform: string; args: object };
            return { platform, words };
        };
        assert.deepEqual(await build({}), {
            platform: "linux/amd64",
            words: { GO_IMAGE: "docker.io/library/golang:1.26", REPOSITORY: "r/pulumi-centos-systemd-nri" },
        });
        assert.deepEqual(await build({ goImage: "mirror/go:1.25", nodeSelector: { pool: "arm" } }), {
            platform: "linux/arm64",
            words: { GO_IMAGE: "mirror/go:1.25", REPOSITORY: "r/pulumi-centos-systemd-nri" },
        });
    });

    it("builds nothing where its image is there", async () => {
        const { resources, image } = await setUpOf(IMAGE);
        assert.equal(image, "team/nri:1");
        assert.ok(!registered(resources).includes("Image cluster"));
    });

    it("may next to nothing on its nodes, and is nobody to the cluster", async () => {
        const { spec } = daemonSet((await setUpOf(IMAGE)).resources).spec.template;
        const { containers, volumes, nodeSelector, ...others } = spec;
        assert.deepEqual(others, {
            tolerations: [{ operator: "Exists" }],
            automountServiceAccountToken: false,
            enableServiceLinks: false,
            securityContext: { seccompProfile: { type: "RuntimeDefault" } },
        });
        assert.deepEqual(nodeSelector, {});
        assert.deepEqual(volumes, [{ name: "sockets", hostPath: { path: "/var/run/nri", type: "Directory" } }]);
        assert.deepEqual(containers, [
            {
                name: "nri",
                image: "team/nri:1",
                env: [{ name: "ANNOTATION", value: Object.keys(NRI_ANNOTATION)[0] }],
                securityContext: {
                    runAsUser: 0,
                    capabilities: { drop: ["ALL"] },
                    allowPrivilegeEscalation: false,
                    readOnlyRootFilesystem: true,
                },
                volumeMounts: [{ name: "sockets", mountPath: "/var/run/nri" }],
            },
        ]);
    });

    it("is found by its label, which its Pods have too", async () => {
        const { metadata, spec } = daemonSet((await setUpOf(IMAGE)).resources);
        const labels = { "app.kubernetes.io/name": "pulumi-centos-systemd-nri" };
        assert.deepEqual(
            [metadata.labels, spec.selector.matchLabels, spec.template.metadata.labels],
            [labels, labels, labels],
        );
    });

    it("is on the nodes with the labels that were named", async () => {
        const nodes = [node({ labels: { pool: "a" } }), node({ runtime: "containerd://1.7.24" })];
        const { resources } = await setUpOf({ ...IMAGE, nodeSelector: { pool: "a" } }, cluster({ nodes }));
        assert.deepEqual(daemonSet(resources).spec.template.spec.nodeSelector, { pool: "a" });
    });

    it("can't be destroyed while machines need it", async () => {
        const guard = inputsOf((await setUpOf({ ...IMAGE, context: "kind" })).resources, "Command", "cluster-guard");
        assert.equal(guard.create, undefined);
        assert.match(guard.delete as string, /\$SELECTOR/);
        const { SELECTOR, KUBE_CONTEXT } = guard.environment as Record<string, string>;
        assert.deepEqual([SELECTOR, KUBE_CONTEXT], ["pulumi-centos-systemd.cgroup-access=nri", "kind"]);
    });

    it("is made where nobody may list the nodes", async () => {
        const { resources } = await setUpOf({ registry: "r" }, cluster({ nodes: undefined }));
        const { build } = inputsOf(resources, "image:Image", "cluster");
        assert.equal((build as { platform: string }).platform, "linux/amd64");
    });

    it("is refused for other runtimes, before anything is made: it names the node and the ways out", async () => {
        const runtimes = { "containerd://1.7.24": { registry: "r" }, "cri-o://1.36.0": IMAGE };
        for (const [runtime, args] of Object.entries(runtimes)) {
            const nodes = [node(), node({ name: "node-b", runtime })];
            const resources = await recordResources(host({}), cluster({ nodes }));
            const errors = await refusedRun(() => new SystemdCluster("cluster", args));
            assert.deepEqual(registered(resources).sort(), ["SystemdCluster cluster", "kubernetes cluster-cluster"]);
            assert.ok(errors.length > 0);
            for (const { message } of errors) {
                assert.ok(
                    message.startsWith(`The set-up is for containerd 2 and newer, and node node-b has ${runtime}.`),
                );
                assert.match(
                    message,
                    /CRI-O needs none\. Older ones: leave the node out by nodeSelector, or give machines a RuntimeClass/,
                );
            }
        }
    });
});

describe("bad arguments of a cluster's set-up", () => {
    const ROWS: Record<string, readonly [args: object, said: RegExp]> = {
        "no image at all": [
            {},
            /registry: missing; allowed: a registry for the plugin's image, or an `image` that is there, and not both/,
        ],
        "two images": [{ ...IMAGE, registry: "r" }, /registry: "r"; allowed: .* and not both/],
        "a registry with its protocol": [
            { registry: "https://r" },
            /registry: "https:\/\/r"; allowed: a registry with a path/,
        ],
        "an image with blanks": [{ image: "a b" }, /image: "a b"; allowed: an image reference/],
        "a Go with blanks": [{ ...IMAGE, goImage: "a b" }, /goImage: "a b"; allowed: an image reference/],
        "a context of two words": [{ ...IMAGE, context: "a b" }, /context: "a b"; allowed/],
        "a kubeconfig of two words": [{ ...IMAGE, kubeconfig: "a b" }, /kubeconfig: "a b"; allowed/],
        "labels that no node has": [
            { ...IMAGE, nodeSelector: { "a b": "" } },
            /nodeSelector: "a b="; allowed: a label/,
        ],
        "a word that it doesn't know": [{ ...IMAGE, namespace: "team" }, /namespace/],
    };
    for (const [what, [args, said]] of Object.entries(ROWS)) {
        it(`refuses ${what}, before anything is registered`, async () => {
            const resources = await recordResources(host({}));
            assert.throws(
                () => new SystemdCluster("cluster", args),
                (error) => {
                    assert.ok(pulumi.ResourceError.isInstance(error));
                    assert.match(error.message, /^1 argument is not as it should be; nothing was created:/);
                    assert.match(error.message, said);
                    return true;
                },
            );
            await new Promise(setImmediate);
            assert.deepEqual(
                registered(resources).filter((name) => name !== "SystemdCluster cluster"),
                [],
            );
        });
    }
});
