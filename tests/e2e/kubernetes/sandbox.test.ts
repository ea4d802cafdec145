import type { Stack, UpResult } from "@pulumi/pulumi/automation";
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { MachineOutputs } from "../../../components";
import { debian } from "../../support/base-image";
import { docker } from "../../support/docker";
import { withExample } from "../../support/example";
import type { Cluster } from "../../support/kubernetes/cluster";
import { environmentOf, inPod, podJournals, RUNTIME_CLASS } from "../../support/kubernetes/sandbox";
import { sharedCluster } from "../../support/kubernetes/shared";
import { things } from "../../support/kubernetes/things";
import { until } from "../../support/kubernetes/until";
import { configure, openProject, type Project } from "../../support/project";
import { skip } from "../../support/skip";
import { contents } from "../../support/stack";

if (process.env.KUBERNETES === "all") {
    describe("the developer's sandbox on a cluster", developersSandbox);
    describe("the example web-and-database on a cluster", webAndDatabase);
}

function developersSandbox(this: Mocha.Suite): void {
    this.timeout("5m");

    const name = `t${randomBytes(3).toString("hex")}`;
    let cluster: Cluster;
    let project: Project;
    let stack: Stack;
    let directory: string;
    let script: string;
    let machines: Record<string, MachineOutputs>;
    let untouched: string[];

    const inside = (pod: string, command: string) => inPod(cluster, name, pod, command);
    const kubectl = (...words: string[]) => cluster.kubectl("--namespace", name, ...words);
    const steps = async () => (await inside("web", "cat /var/log/steps")).split("\n");
    const images = async () => (await docker(["images", "--format={{.Repository}}:{{.Tag}}"])).split("\n");
    const ofThis = async () => (await images()).filter((image) => image.includes(name));
    const greeting = (host = "web") => inside("client", `curl --silent --fail --max-time 10 http://${host}/`);
    const machinesOf = ({ outputs }: UpResult) => outputs.machines.value as Record<string, MachineOutputs>;

    before("up", async function () {
        cluster = await sharedCluster(this);
        const image = await debian("bookworm");
        untouched = await things(cluster, name);
        directory = await mkdtemp(join(tmpdir(), "cluster-sandbox-"));
        script = join(directory, "second.sh");
        await writeFile(script, "echo second >>/var/log/steps\n");
        project = await openProject(environmentOf(cluster));
        stack = await project.stack(name, {
            ...image,
            cluster: { registry: cluster.registry, runtimeClass: RUNTIME_CLASS },
            machines: {
                web: { provision: [{ inline: "echo first >>/var/log/steps" }, { name: "second", script }] },
                client: { labels: { role: "client" } },
            },
        });
        machines = machinesOf(await stack.up());
    });

    after("down", async () => {
        await project?.close();
        if (directory !== undefined) {
            await rm(directory, { recursive: true });
        }
    });

    afterEach(async function () {
        if (this.currentTest?.state === "failed") {
            console.error(await podJournals(cluster, name));
        }
    });

    it("has its machines on two nodes, each running with no failed unit", async () => {
        for (const [machine, { state, container }] of Object.entries(machines)) {
            assert.deepEqual([container, state], [machine, "running"]);
            assert.equal(await inside(machine, "systemctl is-system-running"), "running");
            assert.equal(await inside(machine, "systemctl list-units --failed --no-legend"), "");
        }
        const nodes = Object.values(machines).map(({ node }) => node);
        assert.deepEqual(nodes.sort(), [...cluster.nodes].sort());
    });

    for (const host of ["web", "web.SANDBOX"]) {
        it(`answers across nodes by the name ${host}`, async () => {
            assert.match(await greeting(host.replace("SANDBOX", name)), /^Hello from web: systemd 252/);
        });
    }

    it("shows no change in a preview, nor in one with a refresh, and changes nothing in a second up", async () => {
        assert.deepEqual(Object.keys((await stack.preview()).changeSummary), ["same"]);
        assert.deepEqual(Object.keys((await stack.preview({ refresh: true })).changeSummary), ["same"]);
        const again = await stack.up();
        assert.deepEqual(Object.keys(again.summary.resourceChanges ?? {}), ["same"]);
        assert.deepEqual(machinesOf(again), machines);
        const refreshed = await stack.up({ refresh: true });
        assert.deepEqual(Object.keys(refreshed.summary.resourceChanges ?? {}), ["same"]);
        assert.deepEqual(machinesOf(refreshed), machines);
        assert.deepEqual(await steps(), ["first", "second"]);
    });

    it("runs one changed script again, alone, in the same machine", async () => {
        await writeFile(script, "echo second again >>/var/log/steps\n");
        const { changeSummary } = await stack.preview();
        assert.equal(changeSummary.update, 1);
        const changed = await stack.up();
        assert.deepEqual(await steps(), ["first", "second", "second again"]);
        assert.deepEqual(
            [changed.summary.resourceChanges?.update, Object.keys(changed.summary.resourceChanges ?? {}).sort()],
            [1, ["same", "update"]],
        );
        assert.equal(machinesOf(changed).web.id, machines.web.id);
    });

    /** What ends a machine; each is there to see when it is done. */
    const ends: Record<string, () => Promise<void>> = {
        "somebody has removed": async () => void (await kubectl("delete", "pod", "web")),
        "the API has evicted": async () => {
            const eviction = { apiVersion: "policy/v1", kind: "Eviction", metadata: { name: "web", namespace: name } };
            const path = `/api/v1/namespaces/${name}/pods/web/eviction`;
            await cluster.feed(JSON.stringify(eviction), "create", `--raw=${path}`, "--filename=-");
            await until("the evicted Pod is gone", async () => (await phase()) === "");
        },
        // As it ends one for want of memory: the Pod stays, as Failed, with a reason.
        "its node has ended": async () => {
            await kubectl("patch", "pod", "web", '--patch={"spec":{"activeDeadlineSeconds":1}}');
            await until("its Pod has failed", async () => (await phase()) === "Failed");
        },
        "has switched itself off": async () => {
            await inside("web", "systemctl poweroff").catch(() => undefined);
            await until("its Pod has ended", async () => ["Succeeded", "Failed"].includes(await phase()));
        },
    };
    const phase = () => kubectl("get", "pod", "web", "--ignore-not-found", "--output=jsonpath={.status.phase}");

    for (const [what, end] of Object.entries(ends)) {
        it(`makes a machine anew that ${what}, by a plain up, with all its steps, and leaves the other alone`, async () => {
            await end();
            const { web, client } = machinesOf(await stack.up());
            assert.notEqual(web.id, machines.web.id);
            assert.equal(client.id, machines.client.id);
            assert.equal(web.state, "running");
            assert.deepEqual(await steps(), ["first", "second again"]);
            assert.match(await greeting(), /^Hello from web: /);
            assert.deepEqual(Object.keys((await stack.preview()).changeSummary), ["same"]);
            machines = { web, client };
        });
    }

    it("makes a machine anew that somebody has removed, by an up with a refresh too", async () => {
        await kubectl("delete", "pod", "web");
        const { web, client } = machinesOf(await stack.up({ refresh: true }));
        assert.notEqual(web.id, machines.web.id);
        assert.equal(client.id, machines.client.id);
        assert.deepEqual(await steps(), ["first", "second again"]);
        assert.match(await greeting(), /^Hello from web: /);
        machines = { web, client };
    });

    it("leaves no object in the cluster when it is destroyed, and no image on the engine", async () => {
        assert.notDeepEqual(await things(cluster, name), untouched);
        assert.notDeepEqual(await ofThis(), []);
        await stack.destroy();
        assert.deepEqual(await things(cluster, name), untouched);
        assert.deepEqual(await ofThis(), []);
    });
}

const PASSWORD = "a horse of course";

function webAndDatabase(this: Mocha.Suite): void {
    this.timeout("5m");

    let cluster: Cluster;

    before("the cluster, and packages for the build of its image", async function () {
        cluster = await sharedCluster(this);
        const { baseImage } = await debian("bookworm");
        await docker(["run", "--rm", baseImage, "apt-get", "update", "--error-on=any"]).catch((error: Error) =>
            skip(this, `containers reach no Debian packages: ${error.message}`),
        );
    });

    it("counts visits in the database on the other node, behind a password that only the machines' Secrets have", async () => {
        const use = async (stack: Stack) => {
            const untouched = await things(cluster, stack.name);
            await configure(stack, { cluster: { registry: cluster.registry, runtimeClass: RUNTIME_CLASS } });
            await stack.setConfig("databasePassword", { value: PASSWORD, secret: true });
            const { stdout } = await stack.up();

            const visit = () => inPod(cluster, stack.name, "db", "curl --silent --fail --max-time 10 http://web/");
            assert.equal(await visit(), "Visit 1, counted by db");
            assert.equal(await visit(), "Visit 2, counted by db");
            assert.match(await inPod(cluster, stack.name, "web", "redis-cli -h db get visits"), /NOAUTH/);
            const get = (...words: string[]) => cluster.kubectl("--namespace", stack.name, "get", ...words);
            const nodes = await get("pods", "--output=jsonpath={.items[*].spec.nodeName}");
            assert.deepEqual(nodes.split(" ").sort(), [...cluster.nodes].sort());

            const backend = stack.workspace.envVars.PULUMI_BACKEND_URL.replace("file://", "");
            const shown: Record<string, string> = {
                "the state, its history and backups": await contents(backend),
                "Pulumi's output": stdout,
                "what the cluster tells but in Secrets": await get(
                    "pods,services,configmaps,persistentvolumeclaims,networkpolicies,events",
                    "--output=json",
                ),
            };
            for (const [place, text] of Object.entries(shown)) {
                assert.ok(text.includes("db"), place);
                assert.ok(!text.includes("horse"), `the password is in ${place}`);
            }
            assert.ok(isInSecrets(JSON.parse(await get("secrets", "--output=json")) as Secrets));
            assert.deepEqual(Object.keys((await stack.preview()).changeSummary), ["same"]);

            await stack.destroy();
            assert.deepEqual(await things(cluster, stack.name), untouched);
        };
        await withExample("web-and-database", use, environmentOf(cluster));
    });
}

interface Secrets {
    readonly items: readonly { readonly data?: Readonly<Record<string, string>> }[];
}

/** It was there to be found. */
function isInSecrets({ items }: Secrets): boolean {
    const texts = items.flatMap(({ data = {} }) => Object.values(data));
    return texts.some((text) => Buffer.from(text, "base64").includes(PASSWORD));
}
