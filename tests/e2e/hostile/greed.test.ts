import assert from "node:assert/strict";
import { readdirSync, statSync } from "node:fs";
import * as path from "node:path";
import { docker, inMachine } from "../../support/docker";
import { startEngine, stopEngine } from "../../support/engines";
import { sandboxOf } from "../../support/sandbox";
import { skip } from "../../support/skip";
import { openStack, type TestStack, withStack } from "../../support/stack";

const MIB = 2 ** 20;

describe("a machine that takes what it can get", () => {
    let stack: TestStack;
    let greedy: string;

    before(async () => {
        stack = await openStack(sandboxOf({ greedy: { memory: "256MiB", journal: "volatile" }, neighbour: {} }));
        await stack.up();
        greedy = `${stack.name}-greedy`;
    });

    after(async () => stack.close());

    afterEach("nobody suffers", async () => {
        for (const machine of [greedy, `${stack.name}-neighbour`]) {
            assert.equal(await inMachine(machine, "systemctl is-system-running || true"), "running", machine);
        }
    });

    it("finds what is in memory full before its memory is", async () => {
        for (const [directory, most] of Object.entries({ "/run": 0.2, "/run/lock": 0.02, "/dev/shm": 0.25 })) {
            const fill = `dd if=/dev/zero of=${directory}/fill bs=1M count=400 2>&1; stat -c %s ${directory}/fill`;
            const said = await inMachine(greedy, `${fill}; rm ${directory}/fill`);
            assert.match(said, /No space left on device/);
            assert.ok(Number(said.split("\n").at(-1)) <= most * 256 * MIB, said);
        }
    });

    it("can't fill the host's disk by its console", async function () {
        const log = await docker(["inspect", "--format={{.LogPath}}", greedy]);
        if (log === "" || !isThere(log)) {
            skip(this, "the engine's log isn't a file that we may read: it is another engine's, or another driver's");
        }
        // What it writes takes a while to the file: the last line is there when all of it is.
        await inMachine(
            greedy,
            "head -c 60000000 /dev/zero | tr '\\0' x | fold -w 1000 >/dev/console; echo done >/dev/console",
        );
        while (!(await docker(["logs", "--tail=1", greedy])).includes("done"));
        const files = readdirSync(path.dirname(log)).filter((name) => name.startsWith(path.basename(log)));
        const bytes = files.map((name) => statSync(path.join(path.dirname(log), name)).size);
        assert.ok(bytes.reduce((sum, each) => sum + each) < 21 * MIB, `${bytes.join()}`);
    });

    it("keeps no more of a journal in memory than 64 MiB", async () => {
        const write = "head -c 150000000 /dev/urandom | base64 -w 40000 | systemd-cat; journalctl --sync";
        await inMachine(greedy, write);
        const bytes = Number((await inMachine(greedy, "du -sb /run/log/journal")).split("\t")[0]);
        assert.ok(bytes > 8 * MIB && bytes <= 72 * MIB, `${bytes}`);
    });

    it("makes no device node: the host's console stays the host's", async () => {
        await assert.rejects(inMachine(greedy, "mknod /root/console c 5 1"), /Operation not permitted/);
    });

    it("makes only so many cgroups, on v2", async function () {
        this.timeout("10m"); // its chroot may have to be built first, or another run may have it
        const engine = await startEngine("28-v2");
        if ("reason" in engine) {
            skip(this, engine.reason);
        }
        try {
            const environment = { DOCKER_HOST: engine.dockerHost };
            await withStack(
                sandboxOf({ web: {} }, {}, engine.dockerHost),
                async (v2) => {
                    await v2.up();
                    const web = `${v2.name}-web`;
                    const make =
                        "i=0; while [ $i -lt 20000 ] && mkdir /sys/fs/cgroup/greed-$i; do i=$((i + 1)); done; echo $i";
                    const made = Number(await inMachine(web, `(${make}) 2>/dev/null`, environment));
                    assert.ok(made > 1000 && made <= 4096, `${made}`);
                    await inMachine(web, "rmdir /sys/fs/cgroup/greed-*", environment);
                },
                environment,
            );
        } finally {
            await stopEngine(engine);
        }
    });
});

function isThere(file: string): boolean {
    try {
        return statSync(file).isFile();
    } catch {
        return false;
    }
}
