import assert from "node:assert/strict";
import type { MachineOutputs } from "../../../components";
import { debian } from "../../support/base-image";
import { inPod, sandboxOn, withStackOn } from "../../support/kubernetes/sandbox";
import { sharedCluster } from "../../support/kubernetes/shared";
import { things } from "../../support/kubernetes/things";

if (process.env.KUBERNETES === "all") {
    describe("twenty machines at once on a cluster", function () {
        it("run on all its nodes, know one another, and are gone afterwards", async function () {
            const cluster = await sharedCluster(this);
            this.timeout("10m");
            await debian("bookworm");
            await withStackOn(cluster, sandboxOn(cluster, { node: { count: 20 } }), async (stack) => {
                const before = await things(cluster, stack.name);
                const machines = (await stack.up()).outputs.machines.value as Record<string, MachineOutputs>;
                assert.deepEqual(
                    Object.values(machines).map(({ state }) => state),
                    Array(20).fill("running"),
                );
                const nodes = new Set(Object.values(machines).map(({ node }) => node));
                assert.deepEqual([...nodes].sort(), [...cluster.nodes].sort());
                // The name that they share has the addresses of all.
                const found = await inPod(
                    cluster,
                    stack.name,
                    "node-0",
                    "getent ahostsv4 node | cut -d' ' -f1 | sort -u",
                );
                assert.deepEqual(
                    found.split("\n").sort(),
                    Object.values(machines)
                        .map(({ address }) => address)
                        .sort(),
                );
                assert.deepEqual(Object.keys(await stack.preview()), ["same"]);
                await stack.destroy();
                assert.deepEqual(await things(cluster, stack.name), before);
            });
        });
    });
}
