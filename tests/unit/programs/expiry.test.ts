import assert from "node:assert/strict";
import { type Answers, runProgram } from "../../support/fake-docker";

/** Names of volumes that are there, and what each says that its time to live is. */
type Volumes = Record<string, string>;

function answers(volumes: Volumes): Answers {
    // The engine's filter is a regular expression.
    const found = Object.keys(volumes).filter((name) => /^alice.expiry$/.test(name));
    return [
        [/^volume ls .*name=\^alice\.expiry\$$/, { stdout: found.join("\n") }],
        ...Object.entries(volumes).map(([name, ttl]): Answers[0] => [
            new RegExp(`^volume inspect .*pulumi-centos-systemd.ttl.* ${name.replace(".", "\\.")}$`),
            { stdout: `${ttl}\n` },
        ]),
        [/^volume (create|rm)/, { stdout: "alice.expiry\n" }],
    ];
}

async function mark(verb: "begin" | "keep", volumes: Volumes = {}) {
    const environment = { SANDBOX: "alice", PROJECT: "shop", STACK: "alice", OWNER: "Alice", TTL: "8h" };
    const ran = await runProgram("expiry", answers(volumes), environment, { words: [verb] });
    const changes = ran.calls.map(({ words }) => words).filter(([, action]) => !["ls", "inspect"].includes(action));
    return { ...ran, changes };
}

describe("how long a sandbox may live", () => {
    const created = [
        "volume",
        "create",
        "--label=pulumi-centos-systemd.sandbox=alice",
        "--label=pulumi-centos-systemd.project=shop",
        "--label=pulumi-centos-systemd.stack=alice",
        "--label=pulumi-centos-systemd.owner=Alice",
        "--label=pulumi-centos-systemd.ttl=8h",
        "alice.expiry",
    ];
    const removed = ["volume", "rm", "alice.expiry"];

    it("is marked on its host, by a volume that says whose it is", async () => {
        assert.deepEqual((await mark("begin")).changes, [created]);
        assert.deepEqual((await mark("keep")).changes, [created]);
    });

    it("goes on as long as it is the same", async () => {
        assert.deepEqual((await mark("keep", { "alice.expiry": "8h" })).changes, []);
    });

    it("starts anew where it is another one", async () => {
        assert.deepEqual((await mark("keep", { "alice.expiry": "2d" })).changes, [removed, created]);
    });

    it("isn't what the mark of an earlier sandbox of that name says", async () => {
        assert.deepEqual((await mark("begin", { "alice.expiry": "8h" })).changes, [removed, created]);
    });

    it("is no other volume's business, whatever it is called", async () => {
        assert.deepEqual((await mark("keep", { "alice-expiry": "8h" })).changes, [created]);
    });

    it("isn't taken for marked where the engine doesn't answer", async () => {
        const refused = { stderr: "Cannot connect to the Docker daemon.\n", status: 1 };
        const environment = { SANDBOX: "alice", PROJECT: "shop", STACK: "alice", OWNER: "Alice", TTL: "8h" };
        const ran = await runProgram("expiry", [[/^volume/, refused]], environment, { words: ["begin"] });
        assert.equal(ran.status, 1);
        assert.match(ran.stderr, /Cannot connect/);
    });
});
