import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import type { Bench } from "../../support/faults/bench";
import { describeOnBench, everything } from "../../support/faults/on-bench";
import type { Sandbox } from "../../support/faults/sandbox";

/** Below the machine's own cgroup: 40 in each other, whose path no system call takes as a whole, and as many as there may be. */
const MANY = `
import os
own = "/sys/fs/cgroup" + os.path.dirname(open("/proc/1/cgroup").read().split("0::")[1].strip())
os.chdir(own)
for _ in range(40):
    os.mkdir("n" * 200)
    os.chdir("n" * 200)
made = 0
try:
    while made < 20_000:
        os.mkdir(f"{own}/many-{made}")
        made += 1
except BlockingIOError:
    pass
print(made)`;

const FREEZE = `
sleep infinity & # a process of the machine's own that freezes with it
cd "/sys/fs/cgroup$(sed -n s/^0:://p /proc/1/cgroup)/.."
echo 1 >cgroup.freeze`;

/** The kernel takes its time for them, and an engine half a minute for a machine that doesn't answer. */
if (everything) {
    describeOnBench("a machine that writes its own cgroups", "20.10-v2", (bench) => {
        it("can freeze itself: an up doesn't wait for ever, and names the command that brings it back", () =>
            bench().row(async () => {
                const sandbox = await bench().sandbox();
                await sandbox.up();
                await freeze(bench(), sandbox);
                await sandbox.configure({ machines: { box: { readyTimeout: 5 } } });
                const said = await sandbox.upFails();
                // As the engine's runtime has it: it waits, or knows.
                assert.match(said, /gives no answer: a command in it did not end within 20 s|is frozen: nothing/);
                await sandbox.run(said, /(docker restart \S+) brings it back/);
                await sandbox.up();
                await sandbox.isWell();
            }));

        it("can make some 4,000 of them, and a path of over 4096 characters: destroy takes all of them away, and doesn't take long", () =>
            bench().row(async () => {
                const sandbox = await bench().sandbox();
                await sandbox.up();
                const made = Number(await sandbox.inside(`python3 -c '${MANY}'`));
                assert.ok(made > 3_900 && made < 4_096, `${made}`);
                const start = Date.now();
                await sandbox.destroy();
                // A process for each took eight minutes.
                assert.ok(Date.now() - start < 120_000, `${Date.now() - start} ms`);
            }));
    });
}

/** Ends when nothing in it moves any more. */
async function freeze(bench: Bench, { container }: Sandbox): Promise<void> {
    await bench.docker("exec", "--detach", container, "/bin/sh", "-euc", FREEZE);
    const pid = await bench.docker("inspect", "--format={{.State.Pid}}", container);
    const path = (await bench.engine.run("sed", "-n", "s/^0:://p", `/proc/${pid}/cgroup`)).trim();
    const frozen = () => bench.engine.run("cat", `/sys/fs/cgroup${path}/../cgroup.events`);
    for (const deadline = Date.now() + 60_000; !/^frozen 1$/m.test(await frozen()); await sleep(50)) {
        assert.ok(Date.now() < deadline, await frozen());
    }
}
