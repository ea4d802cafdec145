import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Step } from "../../../toolchain/step.mjs" with { "resolution-mode": "import" };

const toolchain = resolve(__dirname, "../../../toolchain");

describe("steps at once", () => {
    let directory: string;

    beforeEach(() => (directory = mkdtempSync(join(tmpdir(), "steps-"))));
    afterEach(() => rmSync(directory, { recursive: true }));

    /** A command that notes its number and sleeps. */
    const sleeper = (name: string) => [
        "-c",
        `echo $$ >${join(directory, `${name}.new`)}
        mv ${join(directory, `${name}.new`)} ${join(directory, name)}; exec sleep 60`,
    ];

    async function started(name: string): Promise<number> {
        while (!existsSync(join(directory, name))) {
            await sleep(10);
        }
        return Number(readFileSync(join(directory, name), "utf8"));
    }

    function isAlive(pid: number): boolean {
        try {
            return process.kill(pid, 0);
        } catch {
            return false;
        }
    }

    const step = (name: string, make: Step["make"], found?: string): Step => ({
        name,
        why: "it is wanted",
        found: () => Promise.resolve(found),
        make,
    });

    const never = () => assert.fail("nothing was to be made");

    const runAll = async (...steps: [Step, Step[]][]) => {
        const { runAll } = await import("../../../toolchain/step.mjs");
        const lines: string[] = [];
        await runAll(new Map(steps), (line) => lines.push(line.replace(/[\d.]+ s/, "N s")));
        return lines;
    };

    it("begin together, but for those that come after others", async () => {
        let met = () => {};
        const meeting = new Promise<void>((done) => (met = done));
        const one = step("one", () => meeting.then(() => "made"));
        const other = step("other", () => Promise.resolve(met()).then(() => "made"));
        const last = step("last", () => Promise.resolve("made"));
        const lines = await runAll([last, [one, other]], [one, []], [other, []]);
        assert.deepEqual(lines.slice(0, 2), ["• one: it is wanted", "• other: it is wanted"]);
        assert.deepEqual(lines.slice(2, 4).sort(), ["✓ one: made (N s)", "✓ other: made (N s)"]);
        assert.deepEqual(lines.slice(4), ["• last: it is wanted", "✓ last: made (N s)"]);
    });

    it("run once each, whoever comes after them", async () => {
        let times = 0;
        const first = step("first", () => Promise.resolve(`${(times += 1)}`));
        const [one, other] = [step("one", never, "here"), step("other", never, "here")];
        await runAll([first, []], [one, [first]], [other, [first]]);
        assert.equal(times, 1);
    });

    it("end with the first that fails: its error is thrown alone, and what the others run doesn't go on", async () => {
        const { run } = await import("../../../toolchain/child.mjs");
        const answers: object[] = [];
        const long = step("long", async () => {
            answers.push(await run("sh", sleeper("long")), await run("sh", sleeper("next")));
            throw new Error("a consequence");
        });
        const bad = step("bad", async () => {
            await started("long");
            throw new Error("the reason");
        });
        const after = step("after", never);
        await assert.rejects(runAll([long, []], [bad, []], [after, [long]]), /^Error: the reason$/);
        assert.equal(isAlive(await started("long")), false);
        assert.equal(existsSync(join(directory, "next")), false);
        assert.deepEqual(answers, [
            { ok: false, stdout: "", stderr: "" },
            { ok: false, stdout: "", stderr: "sh was of no use any more" },
        ]);
    });

    it("wait for what must not be ended in the middle", async () => {
        const { run } = await import("../../../toolchain/child.mjs");
        let answer = {};
        const install = step("install", async () => {
            answer = await run("sh", ["-c", `touch ${join(directory, "begun")}; sleep 0.3; echo whole`], {
                whole: true,
            });
            return "made";
        });
        const bad = step("bad", async () => {
            await started("begun");
            throw new Error("the reason");
        });
        await assert.rejects(runAll([install, []], [bad, []]), /^Error: the reason$/);
        assert.deepEqual(answer, { ok: true, stdout: "whole\n", stderr: "" });
    });

    it("don't wait for another process that makes the same, when there is no use in it any more", async () => {
        const { once: makeOnce } = await import("../../../toolchain/cache.mjs");
        const place = join(directory, "thing");
        let released = () => {};
        const owner = makeOnce(place, () => new Promise<void>((done) => (released = done)));
        let waits = () => {};
        const waiting = new Promise<void>((done) => (waits = done));
        const waiter = step("waiter", async () => {
            await makeOnce(place, assert.fail, () => waits());
            return "made";
        });
        const bad = step("bad", () => waiting.then(() => Promise.reject(new Error("the reason"))));
        await assert.rejects(runAll([waiter, []], [bad, []]), /^Error: the reason$/);
        released();
        await owner;
    });

    for (const [signal, code] of [
        ["SIGINT", 130],
        ["SIGTERM", 143],
    ] as const) {
        it(`leave nothing running after ${signal}`, async () => {
            const script = `
                import { run } from ${JSON.stringify(join(toolchain, "child.mjs"))};
                import { allOrNone } from ${JSON.stringify(join(toolchain, "ending.mjs"))};
                await allOrNone([
                    () => run("sh", ${JSON.stringify(sleeper("one"))}),
                    () => run("sh", ${JSON.stringify(sleeper("other"))}),
                ]);`;
            const node = spawn(process.execPath, ["--input-type=module", "-e", script], { stdio: "inherit" });
            const children = [await started("one"), await started("other")];
            node.kill(signal);
            assert.deepEqual(await once(node, "exit"), [code, null]);
            while (children.some(isAlive)) {
                await sleep(10);
            }
        });
    }
});
