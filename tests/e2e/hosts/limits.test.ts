import * as pulumi from "@pulumi/pulumi";
import assert from "node:assert/strict";
import { SystemdSandbox } from "../../../components";
import { debian } from "../../support/base-image";
import { docker, inMachine } from "../../support/docker";
import { skip } from "../../support/skip";
import { withStack } from "../../support/stack";

/** On the default engine; where that can't limit anything (the kernel's controllers are on cgroup v1 here), nothing is proven. */
describe("a machine with limits", () => {
    it("keeps to them, can't raise them, and loses them when they are taken away", async function () {
        const info = JSON.parse(await docker(["info", "--format", "{{json .}}"])) as Record<string, unknown>;
        if (!info.MemoryLimit || !info.PidsLimit || !info.CpuCfsQuota || info.CgroupVersion !== "1") {
            skip(this, "the engine has no memory, pids and cpu controllers on cgroup v1");
        }
        const image = await debian("bookworm");
        const sandbox = (limits: { memory?: string; cpus?: number; pids?: number }) => () => {
            const { machines } = new SystemdSandbox(pulumi.getStack(), { ...image, machines: { web: limits } });
            return Promise.resolve({ machines });
        };
        await withStack(sandbox({ memory: "256MiB", cpus: 0.5, pids: 64 }), async (stack) => {
            await stack.up();
            const web = (script: string) => inMachine(`${stack.name}-web`, script);
            const crowd = "for i in $(seq 100); do sleep 1 & done";
            assert.equal(await web("cat /sys/fs/cgroup/memory/memory.limit_in_bytes"), String(256 * 2 ** 20));
            assert.equal(await web("cat /sys/fs/cgroup/cpu/cpu.cfs_quota_us"), "50000");
            for (const [file, value] of Object.entries({
                "memory/memory.limit_in_bytes": "-1",
                "pids/pids.max": "max",
            })) {
                await assert.rejects(web(`echo ${value} >/sys/fs/cgroup/${file}`), /Read-only file system/);
            }
            // Last, for until it is over there is no room for another exec.
            await assert.rejects(web(crowd), /Resource temporarily unavailable|Cannot fork/);
            assert.deepEqual(Object.keys(await stack.preview()), ["same"]);
            await stack.refresh();
            assert.deepEqual(Object.keys(await stack.preview()), ["same"]);

            // A number that providers write in several ways.
            stack.program(sandbox({ cpus: 1 }));
            await stack.up();
            assert.equal(await web("cat /sys/fs/cgroup/cpu/cpu.cfs_quota_us"), "100000");
            assert.deepEqual(Object.keys(await stack.preview()), ["same"]);

            stack.program(sandbox({}));
            await stack.up();
            await web(crowd);
        });
    });
});
