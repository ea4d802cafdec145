import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { networkInterfaces } from "node:os";
import { join } from "node:path";
import { DefaultEngine } from "../support/engine";
import { startEngine, stopEngine, withEngine } from "../support/engines";
import { skip } from "../support/skip";

/** What the machine would still have of an engine that didn't clean up. */
const machine = async () => ({
    mounts: readFileSync("/proc/self/mountinfo", "utf8").match(/.*centos-systemd\/engines.*/g),
    interfaces: Object.keys(networkInterfaces()).filter((name) => name.startsWith("pcs-")),
    rules: (await here.run("sh", "-c", "iptables-save | grep '10[.]21[0-9][.]' || true")).trim(),
    cgroups: (await here.run("find", "/sys/fs/cgroup", "-path", "*/engine-28-v2*", "-type", "d")).trim(),
});
const here = new DefaultEngine("here", "docker", 1, "unix:///var/run/docker.sock");

describe("an engine of the tests' own", function () {
    this.timeout("15m"); // its chroot may have to be built first, or another run may have it

    it("comes back from a clean stop and from a crash, then leaves the machine as it was", async function () {
        const before = await machine();
        const result = await withEngine("28-v2", async (engine) => {
            for (const how of ["graceful", "kill"] as const) {
                await engine.restart(how);
                const { CgroupVersion } = await engine.get<{ CgroupVersion: string }>("/info");
                assert.equal(CgroupVersion, "2");
            }
            assert.equal(await engine.run("cat", "/proc/1/comm"), "bash\n", "a host of its own has a PID 1 of its own");
        });
        if (result !== undefined) {
            skip(this, result.reason);
        }
        assert.deepEqual(await machine(), before);
    });

    it("ends with the process that started it, even when that is killed", async function () {
        const before = await machine();
        const start = `require(${JSON.stringify(join(__dirname, "../support/engines"))}).startEngine("28-v2").then(() => process.kill(process.pid, "SIGKILL"))`;
        await once(spawn(process.execPath, ["--import", "tsx", "--eval", start], { stdio: "ignore" }), "close");
        const engine = await startEngine("28-v2"); // it waits for the end of the other one's host
        if ("reason" in engine) {
            skip(this, engine.reason);
        }
        await stopEngine(engine);
        assert.deepEqual(await machine(), before);
    });
});
