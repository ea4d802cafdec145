import assert from "node:assert/strict";
import { describeOnBench, everything } from "../../support/faults/on-bench";
import { moments } from "../../support/faults/moments";

if (everything) {
    describeOnBench("two ups at once", "20.10-v2", (bench) => {
        it("of one stack: the second is refused by Pulumi, and the first goes on as if it were alone", () =>
            bench().row(async () => {
                const sandbox = await bench().sandbox();
                let refused = "";
                bench().relay.hold(moments.container.watch(sandbox.stack.name), async () => {
                    refused = await sandbox.upFails();
                });
                await sandbox.up();
                assert.match(refused, /the stack is currently locked by 1 lock/);
                await sandbox.isWell();
            }));

        it("of two stacks of one project, both for the first time: neither gets in the other's way", () =>
            bench().row(async () => {
                const sandboxes = [await bench().sandbox(), await bench().sandbox()];
                await Promise.all(sandboxes.map((sandbox) => sandbox.up()));
                for (const sandbox of sandboxes) {
                    await sandbox.isWell();
                }
            }));

        it("of one name in two backends: the one that comes second takes nothing from the other", () =>
            bench().row(async () => {
                const first = await bench().sandbox();
                const second = await bench().rival(first);
                // Each has found the name free, and has taken it.
                bench().relay.hold(moments["claim's end"].watch(), async () => void (await first.up()));
                assert.match(await second.upFails(), /is on this host already|isn't this sandbox's|already in use/);
                await first.isWell();
                await second.destroy();
                await first.isWell();
            }));
    });
}
