import type { Stack } from "@pulumi/pulumi/automation";
import assert from "node:assert/strict";
import { debian } from "../../support/base-image";
import { withExample } from "../../support/example";
import type { Cluster } from "../../support/kubernetes/cluster";
import { environmentOf, inPod, RUNTIME_CLASS } from "../../support/kubernetes/sandbox";
import { sharedCluster } from "../../support/kubernetes/shared";
import { things } from "../../support/kubernetes/things";
import { configure } from "../../support/project";

if (process.env.KUBERNETES === "all") {
    // web-and-database is in sandbox.test.ts, the role of ansible-role in ansible.test.ts.
    describe("an example on a cluster, as it lies there but for its configuration,", function () {
        this.timeout("5m");

        let cluster: Cluster;

        before("the cluster", async function () {
            cluster = await sharedCluster(this);
            await debian("bookworm");
        });

        /** Nothing of it is left in the cluster. */
        async function onCluster(name: string, use: (stack: Stack) => Promise<void>): Promise<void> {
            await withExample(
                name,
                async (stack) => {
                    const untouched = await things(cluster, stack.name);
                    await configure(stack, { cluster: { registry: cluster.registry, runtimeClass: RUNTIME_CLASS } });
                    await use(stack);
                    await stack.destroy();
                    assert.deepEqual(await things(cluster, stack.name), untouched);
                },
                environmentOf(cluster),
            );
        }

        it("provisioning-script runs the script twice on a clean machine, and checks what it did", () =>
            onCluster("provisioning-script", async (stack) => {
                const { stdout } = await stack.up();
                assert.equal(new Set(stdout.match(/\bok - .*/g)).size, 6, stdout);
                assert.doesNotMatch(stdout, /not ok/);
            }));

        it("replicas has as many machines as it is told, by one name too, and touches only the difference", () =>
            onCluster("replicas", async (stack) => {
                const greeting = async (host: string) => {
                    const said = await inPod(cluster, stack.name, "node-0", `curl --silent --fail http://${host}/`);
                    return /^Hello from (\S+):/.exec(said)?.[1];
                };
                await stack.up();
                assert.equal(await greeting("node-2"), "node-2");
                assert.match((await greeting("node")) ?? "", /^node-[012]$/);

                await stack.setConfig("count", { value: "2" });
                const { summary } = await stack.up();
                const { update, ...others } = summary.resourceChanges ?? {};
                assert.deepEqual([update, Object.keys(others).sort()], [1, ["delete", "same"]]);
                assert.equal(await greeting("node-1"), "node-1");
            }));
    });
}
