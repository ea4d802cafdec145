import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { debian } from "../../support/base-image";
import type { Cluster } from "../../support/kubernetes/cluster";
import { environmentOf, inPod, sandboxOn, withStackOn } from "../../support/kubernetes/sandbox";
import { sharedCluster } from "../../support/kubernetes/shared";
import { until } from "../../support/kubernetes/until";
import { CHECKOUT } from "../../support/stack";

/** What `npm run doctor -- --cluster --json` prints, as far as it is asked for here. */
interface Report {
    readonly host: {
        readonly access?: string;
        readonly facts: {
            readonly nodes: readonly { readonly name: string; readonly isUsable: boolean }[];
            readonly runtimeClasses: Readonly<Record<string, string>>;
            readonly storageClasses: Readonly<Record<string, boolean>>;
        };
    };
    readonly sandboxes: readonly {
        readonly name: string;
        readonly labels: Readonly<Record<string, string>>;
        readonly machines: readonly { readonly name: string; readonly state: string }[];
        readonly expires?: string;
    }[];
    readonly leftovers: readonly (readonly [what: string, command: string])[];
}

if (process.env.KUBERNETES === "all") {
    describe("npm run doctor -- --cluster", doctorOfACluster);
}

function doctorOfACluster(this: Mocha.Suite): void {
    this.timeout("5m");

    let cluster: Cluster;

    before("the cluster", async function () {
        cluster = await sharedCluster(this);
        await debian("bookworm");
    });

    const doctor = async (words: string[], environment = environmentOf(cluster)) => {
        const env = { ...process.env, ...environment };
        const program = join(CHECKOUT, "toolchain", "doctor.mjs");
        return (await promisify(execFile)(process.execPath, [program, ...words], { env, cwd: CHECKOUT })).stdout;
    };
    const report = async (context = "") =>
        JSON.parse(await doctor([context === "" ? "--cluster" : `--cluster=${context}`, "--json"])) as Report;
    const names = async (kind: string) => {
        const printed = await cluster.kubectl("get", kind, "--output=jsonpath={.items[*].metadata.name}");
        return printed.split(" ").filter(Boolean).sort();
    };

    it("tells what the cluster has, as kubectl does, of a context that is named too", async () => {
        for (const context of ["", cluster.context]) {
            const { nodes, runtimeClasses, storageClasses } = (await report(context)).host.facts;
            assert.deepEqual(nodes.map(({ name }) => name).sort(), [...cluster.nodes].sort());
            assert.ok(nodes.every(({ isUsable }) => isUsable));
            assert.deepEqual(Object.keys(runtimeClasses).sort(), await names("runtimeclasses"));
            assert.deepEqual(Object.keys(storageClasses).sort(), await names("storageclasses"));
        }
    });

    it("says by which access a machine will boot that asks for none, and lists its sandbox until that is gone", async () => {
        const machines = { web: {}, client: {} };
        const more = { owner: "carol", ttl: "2d", cluster: { registry: cluster.registry, runtimeClass: undefined } };
        await withStackOn(cluster, sandboxOn(cluster, machines, more), async (stack) => {
            const { access } = (await report()).host;
            await stack.up();
            const label = "{.metadata.labels.pulumi-centos-systemd\\.cgroup-access}";
            const words = ["--namespace", stack.name, "get", "pod", "web", `--output=jsonpath=${label}`];
            assert.equal(await cluster.kubectl(...words), access);

            const mine = async () => (await report()).sandboxes.find(({ name }) => name === stack.name);
            const { labels, machines: listed = [], expires = "" } = (await mine()) ?? {};
            assert.deepEqual([labels?.owner, labels?.stack, labels?.project], ["carol", stack.name, "test"]);
            assert.deepEqual(listed.map(({ name }) => name).sort(), ["client", "web"]);
            const hours = (Date.parse(expires) - Date.now()) / 3_600_000;
            assert.ok(hours > 47 && hours <= 48, expires);
            const line = async () =>
                (await doctor(["--cluster"])).split("\n").find((text) => text.includes(stack.name));
            assert.match((await line()) ?? "", /carol .* 2 of 2 running .* in 2 d$/);

            await inPod(cluster, stack.name, "web", "systemctl poweroff").catch(() => undefined);
            const isOff = async () => (await mine())?.machines.find(({ name }) => name === "web")?.state !== "running";
            await until("its Pod has ended", isOff);
            assert.match((await line()) ?? "", / 1 of 2 running /);

            // What is left without a machine is told with a command, which is the truth too.
            await cluster.kubectl("--namespace", stack.name, "delete", "pods", "--all");
            assert.equal(await mine(), undefined);
            const commands = (await report()).leftovers.filter(([, command]) => command.includes(stack.name));
            assert.deepEqual(commands, [["namespace", `kubectl delete namespace ${stack.name}`]]);
            await cluster.kubectl(...commands[0][1].split(" ").slice(1));
            assert.deepEqual(
                (await report()).leftovers.filter(([, command]) => command.includes(stack.name)),
                [],
            );
            await stack.refresh();
        });
    });

    it("ends with an error where the cluster can't be reached", async () => {
        const env = { ...environmentOf(cluster), KUBECONFIG: "/nonexistent" };
        await assert.rejects(
            doctor(["--cluster"], env),
            ({ code, stderr }: Error & { code: number; stderr: string }) => {
                assert.equal(code, 1);
                assert.match(stderr, /can't be (reached|listed)/);
                return true;
            },
        );
    });
}
