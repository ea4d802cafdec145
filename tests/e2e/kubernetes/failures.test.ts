import assert from "node:assert/strict";
import { exec } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { ClusterArgs, MachineArgs, MachineOutputs } from "../../../components";
import { debian } from "../../support/base-image";
import type { Cluster } from "../../support/kubernetes/cluster";
import { environmentOf, RUNTIME_CLASS, sandboxOn, withStackOn } from "../../support/kubernetes/sandbox";
import { sharedCluster } from "../../support/kubernetes/shared";
import { things } from "../../support/kubernetes/things";
import { openProject, type Project } from "../../support/project";

/** Long enough to tell an answer at once from one that was waited for. */
const PATIENT = { readyTimeout: 300 };
const AT_ONCE_SECONDS = 60;

if (process.env.KUBERNETES === "all") {
    describe("machines that don't come up on a cluster", failing);
    describe("a sandbox that can't be on a cluster", refused);
}

function unique(): string {
    return `t${randomBytes(3).toString("hex")}`;
}

function failing(this: Mocha.Suite): void {
    this.timeout("5m");

    const readOnly = `read-only-${unique()}`;
    let cluster: Cluster;

    before("the cluster, with a RuntimeClass that gives no cgroups", async function () {
        cluster = await sharedCluster(this);
        // The one that every node of containerd has.
        const runtimeClass = { apiVersion: "node.k8s.io/v1", kind: "RuntimeClass", metadata: { name: readOnly } };
        await cluster.apply({ ...runtimeClass, handler: "runc" });
    });

    after("that RuntimeClass", () => cluster?.kubectl("delete", "runtimeclass", readOnly));

    /** What an `up` says that must fail, before anybody has lost patience. */
    async function atOnce(up: () => Promise<string>): Promise<string> {
        const start = Date.now();
        const message = await up();
        const seconds = (Date.now() - start) / 1000;
        assert.ok(seconds < AT_ONCE_SECONDS, `took ${seconds} s: ${message}`);
        assert.doesNotMatch(message, /\n\s+at .*\.ts/, "a stack trace");
        return message;
    }

    const fails = (web: MachineArgs, args: ClusterArgs, ...says: RegExp[]) =>
        withStackOn(
            cluster,
            sandboxOn(cluster, { web: { ...PATIENT, ...web } }, { cluster: args, distribution: "debian-12" }),
            async (stack) => {
                const message = await atOnce(() => stack.upFails());
                for (const what of says) {
                    assert.match(message, what);
                }
            },
        );

    it("say at once that their image isn't there", () =>
        fails({}, { image: `${cluster.registry}/nothing:1` }, /web can't have its image: \S+: .*nothing:1/));

    it("say at once that no node is the right one, in the scheduler's words", async () => {
        const machines = { web: { ...PATIENT, nodeSelector: { "no-such-label": "yes" } } };
        await withStackOn(cluster, sandboxOn(cluster, machines), async (stack) => {
            const message = await atOnce(() => stack.upFails());
            assert.match(message, /web finds no node: 0\/\d+ nodes are available: .*node affinity\/selector/);
        });
    });

    it("say at once that systemd has ended, with its console, where cgroups are read-only", () =>
        fails(
            {},
            { runtimeClass: readOnly, cgroupAccess: "runtime-class" },
            /web stopped (before it was ready|\([^)]+\), and a Pod is not started again)/,
            /Failed to create \/init\.scope control group: Read-only file system/,
        ));

    it("show the unit that failed, and its journal, and stay up for a look; the next up goes on", async () => {
        const withUnit = (command: string, more: MachineArgs = {}): Record<string, MachineArgs> => ({
            web: {
                ...more,
                units: {
                    "broken.service": {
                        content: `[Service]\nType=oneshot\nExecStart=${command}\n[Install]\nWantedBy=multi-user.target\n`,
                        enable: true,
                    },
                },
            },
        });
        const flooded = withUnit("/bin/sh -c 'echo the cellar is flooded; exit 7'");
        await withStackOn(cluster, sandboxOn(cluster, flooded), async (stack) => {
            const message = await atOnce(() => stack.upFails());
            assert.match(message, /systemd is 'degraded'[^]*broken\.service/);
            assert.match(message, /the cellar is flooded/);
            assert.match(message, /status=7/);
            const phase = ["get", "pod", "web", "--output=jsonpath={.status.phase}"];
            assert.equal(await cluster.kubectl("--namespace", stack.name, ...phase), "Running");

            stack.program(sandboxOn(cluster, withUnit("/bin/false", { allowDegraded: true })));
            const degraded = (await stack.up()).outputs.machines.value as Record<string, MachineOutputs>;
            assert.equal(degraded.web.state, "degraded");

            stack.program(sandboxOn(cluster, withUnit("/bin/true")));
            const { web } = (await stack.up()).outputs.machines.value as Record<string, MachineOutputs>;
            assert.equal(web.state, "running");
        });
    });

    it("show the step that failed, with its last lines, and go on with it in the same machine", async () => {
        const steps = (last: string): Record<string, MachineArgs> => ({
            web: { provision: [{ inline: "echo first >>/var/log/steps" }, { inline: last }] },
        });
        const flooded = steps("echo the cellar is flooded >&2; exit 7");
        await withStackOn(cluster, sandboxOn(cluster, flooded), async (stack) => {
            const message = await atOnce(() => stack.upFails());
            assert.match(message, /provision\[1\] \(inline\) ended with exit status 7 in web\./);
            assert.match(message, /the cellar is flooded/);
            stack.program(sandboxOn(cluster, steps("echo second >>/var/log/steps")));
            await stack.up();
            const log = ["exec", "web", "--", "cat", "/var/log/steps"];
            assert.equal(await cluster.kubectl("--namespace", stack.name, ...log), "first\nsecond\n");
        });
    });

    it("say at once, in the API server's words, that a quota is used up", async () => {
        const namespace = unique();
        await cluster.apply(
            { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } },
            {
                apiVersion: "v1",
                kind: "ResourceQuota",
                metadata: { name: "no-room", namespace },
                spec: { hard: { pods: "0" } },
            },
        );
        try {
            await fails({}, { namespace }, /exceeded quota: no-room, requested: pods=1, used: pods=0, limited: pods=0/);
        } finally {
            await cluster.kubectl("delete", "namespace", namespace);
        }
    });
}

function refused(this: Mocha.Suite): void {
    this.timeout("5m");

    let cluster: Cluster;
    let project: Project;
    let directory: string;
    const namespaces: string[] = [];

    before(
        "the cluster, and a program of its own process: Pulumi ends it at once, as it ends a user's",
        async function () {
            cluster = await sharedCluster(this);
            await debian("bookworm");
            directory = await mkdtemp(join(tmpdir(), "cluster-failures-"));
            project = await openProject(environmentOf(cluster));
        },
    );

    after("nothing of these tests is left", async () => {
        await project?.close();
        await Promise.all(namespaces.map((name) => cluster.kubectl("delete", "namespace", name, "--ignore-not-found")));
        if (directory !== undefined) {
            await rm(directory, { recursive: true });
        }
    });

    const stackOf = async (args: ClusterArgs, name = unique()) =>
        project.stack(name, {
            ...(await debian("bookworm")),
            cluster: { registry: cluster.registry, runtimeClass: RUNTIME_CLASS, ...args },
            machines: { client: { volumes: { data: { path: "/srv/data" } } } },
        });

    /** Refused on preview and by up, and nothing is made by either. */
    async function refuses(args: ClusterArgs, says: RegExp, name?: string): Promise<void> {
        const stack = await stackOf(args, name);
        const before = await things(cluster, stack.name);
        await assert.rejects(stack.preview(), says);
        await assert.rejects(stack.up(), says);
        assert.deepEqual(await things(cluster, stack.name), before);
    }

    async function namespace(annotations: Record<string, string> = {}, labels = {}): Promise<string> {
        const name = unique();
        await cluster.apply({ apiVersion: "v1", kind: "Namespace", metadata: { name, annotations, labels } });
        namespaces.push(name);
        return name;
    }

    const ofSandbox = (said: Record<string, string>) =>
        Object.fromEntries(Object.entries(said).map(([key, value]) => [`pulumi-centos-systemd.${key}`, value]));

    it("is refused where the cluster has no such RuntimeClass, and is told those that it has", () =>
        refuses(
            { runtimeClass: "nothing" },
            /cluster\.runtimeClass: the cluster has no RuntimeClass "nothing"\. It has .*crun-machine, .*systemd-machine/,
        ));

    it("is refused where no node has the labels that all its machines ask for", () =>
        refuses({ nodeSelector: { "no-such-label": "yes" } }, /cluster\.nodeSelector: no node has these labels/));

    it("is refused where the cluster has no such StorageClass", () =>
        refuses({ storageClass: "nothing" }, /cluster\.storageClass: "nothing"; allowed: one that the cluster has: /));

    it("is refused where there is no such namespace", () =>
        refuses({ namespace: "nothing" }, /cluster\.namespace: "nothing"; allowed: a namespace that exists/));

    it("is refused where the kubeconfig has no such context", () =>
        refuses({ context: "nothing" }, /The cluster can't be reached: .*context "?nothing"? .*not exist/));

    it("is refused where there is no such kubeconfig", () =>
        refuses({ kubeconfig: join(directory, "nothing") }, /The cluster can't be reached: .*nothing/));

    it("is refused where nobody answers at the cluster's address", async () => {
        const kubeconfig = join(directory, "unreachable");
        const cluster = { name: "away", cluster: { server: "https://127.0.0.1:1" } };
        const context = { name: "away", context: { cluster: "away", user: "away" } };
        // Who has no key is asked for a name and a password.
        const user = { name: "away", user: { token: "none" } };
        const config = { apiVersion: "v1", kind: "Config", clusters: [cluster], contexts: [context], users: [user] };
        await writeFile(kubeconfig, JSON.stringify({ ...config, "current-context": "away" }));
        await refuses({ kubeconfig }, /The cluster can't be reached: .*127\.0\.0\.1:1 was refused/);
    });

    it("is refused where its namespace belongs to another stack, and is told whose it is", async () => {
        const whose = { sandbox: "x", instance: "1234", stack: "bob", project: "machines", owner: "robert" };
        const name = await namespace(ofSandbox(whose));
        await refuses({}, /the name is taken; it belongs to the stack bob of project machines, owned by robert/, name);
    });

    it("is refused where its namespace is somebody's who knows nothing of sandboxes", async () =>
        refuses({}, /the name is taken; it is none of ours/, await namespace()));

    it("is refused in a namespace that enforces PodSecurity restricted, with the reason and the way out", async () =>
        refuses(
            { namespace: await namespace({}, { "pod-security.kubernetes.io/enforce": "restricted" }) },
            /The namespace enforces PodSecurity "restricted", which lets no container start as root.*pod-security\.kubernetes\.io\/enforce=baseline/,
        ));

    it("is refused in a namespace of the user's own where a Pod, or a Service, has the name of a machine", async () => {
        const own = await namespace();
        const metadata = { name: "client", namespace: own };
        const service = { apiVersion: "v1", kind: "Service", metadata, spec: { clusterIP: "None" } };
        await cluster.apply(service);
        const taken = (what: string) =>
            new RegExp(
                `machines\\.client can't be combined with the ${what} client of this namespace: the name is taken`,
            );
        await refuses({ namespace: own }, taken("Service"));
        const containers = [{ name: "theirs", image: "theirs" }];
        await cluster.apply({ apiVersion: "v1", kind: "Pod", metadata, spec: { containers } });
        await refuses({ namespace: own }, taken("Pod"));
    });

    it("is refused by up where its namespace is this very stack's, whose state was lost; the command that it is told makes room", async () => {
        const name = unique();
        const whose = { sandbox: name, instance: "1234", stack: name, project: "pulumi-centos-systemd", owner: "me" };
        const metadata = { name, annotations: ofSandbox(whose) };
        await cluster.apply({ apiVersion: "v1", kind: "Namespace", metadata });
        namespaces.push(name);
        const stack = await stackOf({}, name);
        const message = await stack.up().then(
            () => assert.fail("it must be refused"),
            (error: Error) => error.message,
        );
        const [command] = /kubectl .*delete namespace \S+/.exec(message) ?? assert.fail(message);
        await promisify(exec)(command, { env: { ...process.env, ...environmentOf(cluster) } });
        const { outputs } = await stack.up();
        assert.equal((outputs.machines.value as Record<string, MachineOutputs>).client.state, "running");
        await stack.destroy();
    });
}
