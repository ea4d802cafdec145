import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { hostname, release } from "node:os";
import { type Answers, runProgram } from "../../support/fake-docker";

const PREFIX = "pulumi-centos-systemd.";
const NEVER = "0001-01-01T00:00:00Z";

const ENGINE: Answers = [
    [/^version --format \{\{json \.Server\}\}$/, { stdout: '{"Version":"28.5.2"}\n' }],
    [/^info --format \{\{json \.\}\}$/, { stdout: '{"Name":"far-away","KernelVersion":"6.1.0"}\n' }],
];

const NOTHING: Answers = [
    [/^ps /, {}],
    [/^network ls/, {}],
    [/^image ls/, {}],
];

const container = (Id: string, Name: string, State: object, Labels: Record<string, string> | null) => ({
    Id,
    Name,
    State: { Status: "running", StartedAt: "2026-11-25T10:00:00Z", FinishedAt: NEVER, ...State },
    Config: { Labels },
});

async function look(answers: Answers, environment: Record<string, string> = {}) {
    const given = {
        SANDBOX: "alice",
        REPOSITORY: "localhost/pulumi-centos-systemd/alice",
        IMAGE: "",
        PATHS: "[]",
        ...environment,
    };
    const ran = await runProgram("look", answers, given);
    assert.equal(ran.status, 0, ran.stderr);
    return { ...ran, seen: JSON.parse(ran.stdout) as Record<string, unknown> };
}

describe("a look at the engine", () => {
    it("says what it is, and that nothing of the sandbox is there", async () => {
        const { seen, stdout } = await look([...ENGINE, ...NOTHING]);
        assert.deepEqual(seen, {
            version: { Version: "28.5.2" },
            info: { Name: "far-away", KernelVersion: "6.1.0" },
            containers: [],
            networks: [],
            images: [],
            imageTags: [],
            missingPaths: [],
        });
        assert.match(stdout, /^[^\n]+\n$/);
    });

    it("finds the sandbox's containers, and whatever has a name of theirs, each once", async () => {
        const labels = { [`${PREFIX}sandbox`]: "alice", [`${PREFIX}instance`]: "0a1b", [`${PREFIX}generation`]: "7" };
        const { seen, calls } = await look([
            ...ENGINE,
            [/^ps .*label=pulumi-centos-systemd\.sandbox=alice$/, { stdout: "one\ntwo\n" }],
            [/^ps .*name=\^\/\?alice-$/, { stdout: "two\nthree\n" }],
            [
                /^container inspect one two three$/,
                {
                    stdout: JSON.stringify([
                        container("one", "/alice-web", {}, labels),
                        container("two", "alice-db", { Status: "created", StartedAt: NEVER }, labels),
                        container("three", "/alice-x", { Status: "exited", FinishedAt: "2026-11-25T11:00:00Z" }, null),
                    ]),
                },
            ],
            ...NOTHING,
        ]);
        const ours = { sandbox: "alice", project: "", stack: "", owner: "", instance: "0a1b", generation: "7" };
        const none = { sandbox: "", project: "", stack: "", owner: "", instance: "", generation: "" };
        assert.deepEqual(seen.containers, [
            { id: "one", name: "alice-web", status: "running", started: true, lastStop: "", labels: ours },
            { id: "two", name: "alice-db", status: "created", started: false, lastStop: "", labels: ours },
            {
                id: "three",
                name: "alice-x",
                status: "exited",
                started: true,
                lastStop: "2026-11-25T11:00:00Z",
                labels: none,
            },
        ]);
        assert.equal(calls.filter(({ words }) => words[0] === "container").length, 1);
    });

    it("finds networks of its name, its builds, and the image that has to be there", async () => {
        const { seen } = await look(
            [
                ...ENGINE,
                [/^ps /, {}],
                [/^network ls .*name=\^alice\$$/, { stdout: "net\n" }],
                [/^network inspect net$/, { stdout: JSON.stringify([{ Id: "net", Name: "alice", Labels: {} }]) }],
                [/^image inspect sha256:base$/, { stdout: JSON.stringify([{ Id: "sha256:base" }]) }],
                [/^image ls --format \{\{\.Tag\}\} localhost\/\S+\/alice$/, { stdout: "debian-12\nbuild-1\n" }],
            ],
            { IMAGE: "sha256:base" },
        );
        assert.deepEqual(
            (seen.networks as { id: string; name: string }[]).map(({ id, name }) => [id, name]),
            [["net", "alice"]],
        );
        assert.deepEqual(seen.images, ["sha256:base"]);
        assert.deepEqual(seen.imageTags, ["debian-12", "build-1"]);
    });

    it("leaves out what has gone meanwhile", async () => {
        const { seen } = await look(
            [
                ...ENGINE,
                [/^ps /, { stdout: "one\ntwo\n" }],
                [
                    /^container inspect one two$/,
                    {
                        stdout: JSON.stringify([container("two", "/alice-db", {}, null)]),
                        stderr: "Error response from daemon: No such container: one\n",
                        status: 1,
                    },
                ],
                [
                    /^image inspect/,
                    { stdout: "[]\n", stderr: "Error response from daemon: no such image: sha256:base\n", status: 1 },
                ],
                ...NOTHING,
            ],
            { IMAGE: "sha256:base" },
        );
        assert.deepEqual(
            (seen.containers as { id: string }[]).map(({ id }) => id),
            ["two"],
        );
        assert.deepEqual(seen.images, []);
    });

    it("says which paths the host doesn't have, and makes nothing to know it", async () => {
        const mount = (path: string) =>
            new RegExp(`^create --pull=never --mount=type=bind,target=/mnt,"source=${path}" \\S*$`);
        const { seen } = await look(
            [
                [mount("/srv"), { stderr: "Error response from daemon: No such image: localhost/none", status: 1 }],
                [
                    mount('/no,""such'),
                    {
                        stderr: 'Error response from daemon: invalid mount config for type "bind": bind source path does not exist: /no,"such',
                        status: 1,
                    },
                ],
                ...ENGINE,
                ...NOTHING,
            ],
            { PATHS: JSON.stringify(["/srv", '/no,"such']) },
        );
        assert.deepEqual(seen.missingPaths, ['/no,"such']);
    });

    it("reads the kernel itself where it is the engine's too", async () => {
        const info = JSON.stringify({ Name: hostname(), KernelVersion: release() });
        const { seen } = await look([[/^info/, { stdout: info }], ...ENGINE, ...NOTHING]);
        const { bootId, inotifyInstances, ipv6 } = seen.kernel as Record<string, unknown>;
        assert.match(String(bootId), /^[0-9a-f-]{36}$/);
        assert.ok(Number(inotifyInstances) > 0);
        assert.equal(ipv6, existsSync("/proc/net/if_inet6"));
    });

    it("takes another machine of that name, or a container on that kernel, for another kernel", async () => {
        for (const info of [
            { Name: hostname(), KernelVersion: "1.2.3" },
            { Name: "far", KernelVersion: release() },
        ]) {
            const { seen } = await look([[/^info/, { stdout: JSON.stringify(info) }], ...ENGINE, ...NOTHING]);
            assert.equal(seen.kernel, undefined);
        }
    });

    it("takes an engine that doesn't answer for an answer", async () => {
        const stderr = "Cannot connect to the Docker daemon at unix:///nowhere. Is it running?\n";
        const { seen } = await look([
            [/^(version|info)/, { stdout: "null\n", stderr, status: 1 }],
            [/./, { stderr, status: 1 }],
        ]);
        assert.deepEqual(seen, { unreachable: stderr.trim() });
    });

    it("shows what an engine says without what a terminal would obey", async () => {
        const { seen } = await look([[/./, { stderr: "\u001b[2Jno\r\nsecond\n", status: 1 }]]);
        assert.deepEqual(seen, { unreachable: "\\u{1b}[2Jno\nsecond" });
    });

    it("never hands on a label's controls", async () => {
        const hostile = { [`${PREFIX}sandbox`]: "x\u001b[2J\nfine", [`${PREFIX}stack`]: "\u202Egpj" };
        const { seen } = await look([
            ...ENGINE,
            [/^ps .*name/, { stdout: "one\n" }],
            [/^container inspect/, { stdout: JSON.stringify([container("one", "/alice-web", {}, hostile)]) }],
            ...NOTHING,
        ]);
        const [{ labels }] = seen.containers as { labels: Record<string, string> }[];
        assert.deepEqual([labels.sandbox, labels.stack], ["x\\u{1b}[2J\\u{a}fine", "\\u{202e}gpj"]);
    });

    it("fails where the engine stops answering half-way", async () => {
        const stderr = "Cannot connect to the Docker daemon. Is it running?\n";
        const containers: Answers = [
            [/^ps/, { stdout: "one\n" }],
            [/^container inspect/, { stdout: "[]\n", stderr, status: 1 }],
        ];
        const networks: Answers = [[/^network ls/, { stderr, status: 1 }]];
        for (const broken of [containers, networks]) {
            const environment = { SANDBOX: "alice", REPOSITORY: "alice", IMAGE: "", PATHS: "[]" };
            const answers = [...ENGINE, ...broken, ...NOTHING];
            const { status, stdout, stderr } = await runProgram("look", answers, environment);
            assert.deepEqual([status, stdout], [1, ""]);
            assert.match(stderr, /^docker (container inspect|network) failed: Cannot connect/);
        }
    });

    it("says so where there is no Docker CLI", async () => {
        const { status, stderr } = await runProgram("look", [], {
            SANDBOX: "alice",
            REPOSITORY: "alice",
            IMAGE: "",
            PATH: "/nowhere",
        });
        assert.equal(status, 1);
        assert.match(stderr, /^Docker's CLI can't be run: spawn docker ENOENT\n$/);
    });

    it("takes a variable that is missing for a mistake of ours", async () => {
        const { status, stderr } = await runProgram("look", [...ENGINE, ...NOTHING], { REPOSITORY: "", IMAGE: "" });
        assert.equal(status, 1);
        assert.match(stderr, /The variable SANDBOX is missing/);
    });
});
