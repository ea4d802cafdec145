import assert from "node:assert/strict";
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
    existsSync,
    mkdirSync,
    mkdtempSync,
    readdirSync,
    readFileSync,
    rmSync,
    utimesSync,
    writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const cache = () => import("../../../toolchain/cache.mjs");

describe("cache", () => {
    let directory: string;
    let target: string;

    beforeEach(() => {
        directory = mkdtempSync(join(tmpdir(), "cache-"));
        target = join(directory, "thing");
    });

    afterEach(() => rmSync(directory, { recursive: true }));

    const write = (text: string) => (place: string) => Promise.resolve(writeFileSync(join(place, "made"), text));
    const made = () => readFileSync(join(target, "made"), "utf8");

    /** Another process that makes the same: notes that it began, takes its time, and notes that it is done. */
    function process(milliseconds: number): ChildProcess {
        const script = `
            import { once } from ${JSON.stringify(resolve(__dirname, "../../../toolchain/cache.mjs"))};
            import { appendFileSync, writeFileSync } from "node:fs";
            const note = (word) => appendFileSync(${JSON.stringify(join(directory, "notes"))}, word + "\\n");
            await once(${JSON.stringify(target)}, async (place) => {
                note("begin");
                writeFileSync(place + "/made", "half");
                await new Promise((done) => setTimeout(done, ${milliseconds}));
                writeFileSync(place + "/made", "whole");
                note("end");
            });`;
        return spawn(globalThis.process.execPath, ["--input-type=module", "-e", script], { stdio: "inherit" });
    }

    const notes = () => readFileSync(join(directory, "notes"), "utf8").trim().split("\n");

    async function begun(count = 1): Promise<void> {
        while (!existsSync(join(directory, "notes")) || notes().length < count) {
            await sleep(20);
        }
    }

    it("makes a thing once", async () => {
        const { once } = await cache();
        await once(target, write("first"));
        await once(target, write("second"));
        assert.equal(made(), "first");
        assert.deepEqual(readdirSync(directory), ["thing"]);
    });

    it("leaves nothing behind when making fails, and can try again", async () => {
        const { once } = await cache();
        await assert.rejects(
            once(target, async (place) => {
                await write("half")(place);
                throw new Error("no");
            }),
            /no/,
        );
        assert.deepEqual(readdirSync(directory), []);
        await once(target, write("whole"));
        assert.equal(made(), "whole");
    });

    it("makes it once where two processes want it at the same time", async () => {
        const both = [process(400), process(400)];
        await Promise.all(both.map((child) => once(child, "exit")));
        assert.deepEqual(notes(), ["begin", "end"]);
        assert.equal(made(), "whole");
    });

    it("goes on after a process that was killed in the middle, and clears up after it", async () => {
        const killed = process(60_000);
        await begun();
        killed.kill("SIGKILL");
        await once(killed, "exit");
        assert.ok(!existsSync(target), "half a thing must not be in its place");
        const { once: make } = await cache();
        await make(target, write("whole"));
        assert.equal(made(), "whole");
        assert.deepEqual(readdirSync(directory).sort(), ["notes", "thing"]);
    });

    it("waits for a living owner, and says so", async () => {
        const owner = process(600);
        await begun();
        const said: string[] = [];
        const { once: make } = await cache();
        await make(target, write("mine"), (activity) => said.push(activity));
        assert.equal(made(), "whole");
        assert.equal(said[0], `waiting for process ${owner.pid}, which is making the same`);
    });

    it("waits for a living owner no longer than it may", async () => {
        const owner = process(60_000);
        await begun();
        const { once: make } = await cache();
        await assert.rejects(
            make(target, write("mine"), () => {}, AbortSignal.timeout(300)),
            { name: "TimeoutError" },
        );
        owner.kill("SIGKILL");
        await once(owner, "exit");
    });

    it("doesn't wait for a lock that is nobody's: of a dead process, or of a number that somebody else has by now", async () => {
        const { once } = await cache();
        const dead = spawnSync("true").pid;
        writeFileSync(`${target}.lock`, `${dead}`);
        await once(target, write("a"));
        rmSync(target, { recursive: true });
        writeFileSync(`${target}.lock`, `${globalThis.process.ppid}`);
        utimesSync(`${target}.lock`, new Date(), new Date(Date.now() - 60_000));
        await once(target, write("b"));
        assert.equal(made(), "b");
    });

    it("tells sources apart by names and contents, but for tests", async () => {
        const { fingerprint } = await cache();
        mkdirSync(target);
        writeFileSync(join(target, "main.go"), "1");
        const before = fingerprint(target);
        writeFileSync(join(target, "main_test.go"), "1");
        assert.equal(fingerprint(target), before);
        writeFileSync(join(target, "main.go"), "2");
        const after = fingerprint(target);
        assert.notEqual(after, before);
        writeFileSync(join(target, "more.go"), "");
        assert.notEqual(fingerprint(target), after);
    });

    it("lies where the user's other caches are", async () => {
        const { cached } = await cache();
        const before = globalThis.process.env.XDG_CACHE_HOME;
        try {
            globalThis.process.env.XDG_CACHE_HOME = "/elsewhere";
            assert.equal(cached("a"), "/elsewhere/pulumi-centos-systemd/a");
        } finally {
            if (before === undefined) {
                delete globalThis.process.env.XDG_CACHE_HOME;
            } else {
                globalThis.process.env.XDG_CACHE_HOME = before;
            }
        }
    });
});
