import assert from "node:assert/strict";
import type { Bench } from "../../support/faults/bench";
import { describeOnBench, everything } from "../../support/faults/on-bench";
import type { Sandbox } from "../../support/faults/sandbox";

type Deed = (bench: Bench, sandbox: Sandbox) => Promise<unknown>;

/** What is done to a sandbox between two `up`s by people, or by the engine. */
const DEEDS: Record<string, Deed> = {
    "its machine was stopped": (bench, { container }) => bench.docker("stop", container),
    "its image was removed, and its machine": async (bench, { stack, container }) => {
        await bench.docker("rm", "--force", container);
        const repository = `localhost/pulumi-centos-systemd/${stack.name}`;
        const names = await bench.docker("image", "ls", "--format={{.Repository}}:{{.Tag}}", repository);
        await bench.docker("image", "rm", "--force", ...names.split("\n"));
    },
    ...(everything && {
        "its machine was removed": (bench, { container }) => bench.docker("rm", "--force", container),
        "its network was removed": async (bench, { stack, container }) => {
            await bench.docker("network", "disconnect", "--force", stack.name, container);
            await bench.docker("network", "rm", stack.name);
        },
        "its machine was killed": (bench, { container }) => bench.docker("kill", container),
        "its machine powered off": (bench, sandbox) => {
            const stopped = bench.docker("wait", sandbox.container);
            return sandbox.inside("systemctl poweroff").then(() => stopped);
        },
        "its engine was stopped": (bench) => bench.halt("graceful").then(() => bench.resume()),
        "its engine was killed": (bench) => bench.halt("kill").then(() => bench.resume()),
        "everything of it was removed but its volume": async (bench, { stack, container }) => {
            await bench.docker("rm", "--force", container);
            await bench.docker("network", "rm", stack.name);
            await bench.docker("volume", "rm", `${stack.name}.expiry`);
        },
    }),
};

describeOnBench("a sandbox that stands", "20.10-v2", (bench) => {
    let sandbox: Sandbox;

    before("up", async () => {
        sandbox = await bench().sandbox();
        await sandbox.up();
        await sandbox.inside("echo kept >/var/data/kept");
    });

    for (const [what, deed] of Object.entries(DEEDS)) {
        it(`is mended by a plain up, and keeps its data: ${what}`, async () => {
            await deed(bench(), sandbox);
            const { state, address } = await sandbox.up();
            assert.equal(state, "running");
            assert.equal(address, await addressOf(bench(), sandbox));
            await sandbox.isWell();
            assert.equal(await sandbox.inside("cat /var/data/kept"), "kept");
        });
    }

    it("says its address after a refresh has seen that it is stopped", async () => {
        await bench().docker("stop", sandbox.container);
        const { address } = await sandbox.up({ refresh: true });
        assert.match(address, /^\d+(\.\d+){3}$/);
        assert.equal(address, await addressOf(bench(), sandbox));
    });

    it("says in one line that its engine isn't there, whatever it is asked for, and loses nothing by that", async () => {
        await bench().halt("graceful");
        const line =
            /error: The Docker engine can't be reached: Cannot connect to the Docker daemon at unix:.*`docker version` shows/;
        assert.match(await sandbox.upFails(), line);
        await assert.rejects(sandbox.stack.preview(), line);
        await bench().resume();
        await sandbox.up();
        await sandbox.isWell();
        assert.equal(await sandbox.inside("cat /var/data/kept"), "kept");
    });

    it("can lose its state: an error names the command that makes room, and the next up finds its data again", async () => {
        await sandbox.loseState();
        await sandbox.run(await sandbox.upFails(), /\n\s*(docker rm .*)/);
        await sandbox.up();
        await sandbox.isWell();
        assert.equal(await sandbox.inside("cat /var/data/kept"), "kept");
    });
});

function addressOf(bench: Bench, { container }: Sandbox): Promise<string> {
    return bench.docker("inspect", "--format={{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}", container);
}
