import assert from "node:assert/strict";
import { userInfo } from "node:os";
import { type Answers, runProgram } from "../../support/fake-docker";

const PREFIX = "pulumi-centos-systemd.";
const labelsOf = (labels: Record<string, string>) =>
    Object.fromEntries(Object.entries(labels).map(([name, value]) => [`${PREFIX}${name}`, value]));

const OWN = { sandbox: "alice", project: "shop", stack: "alice", owner: "Alice", instance: "0a1b2c3d" };
const REMEMBERED = JSON.stringify({ owner: "Alice", instance: "0a1b2c3d" });

interface Host {
    /** Labels of what is there under this name. */
    readonly containers?: readonly Record<string, string>[];
    readonly networks?: readonly Record<string, string>[];
}

function answers({ containers = [], networks = [] }: Host): Answers {
    const ids = (things: readonly object[]) => things.map((_, index) => `id${index}\n`).join("");
    const all = /label=pulumi-centos-systemd\.sandbox=alice$/.source;
    return [
        [new RegExp(`^ps --all .*${all}`), { stdout: ids(containers) }],
        [
            /^container inspect/,
            {
                stdout: JSON.stringify(
                    containers.map((labels, index) => ({
                        Name: `/alice-${index}`,
                        Config: { Labels: labelsOf(labels) },
                    })),
                ),
            },
        ],
        [new RegExp(`^network ls .*${all}`), { stdout: ids(networks) }],
        [
            /^network inspect/,
            {
                stdout: JSON.stringify(
                    networks.map((labels, index) => ({
                        Id: `${index}`.repeat(64),
                        Labels: labelsOf(labels),
                    })),
                ),
            },
        ],
    ];
}

async function claim(verb: "take" | "keep", host: Host = {}, environment: Record<string, string> = {}) {
    const given = { SANDBOX: "alice", PROJECT: "shop", STACK: "alice", OWNER: "", ...environment };
    return runProgram("claim", answers(host), given, { words: [verb] });
}

/** What it says of the sandbox from then on. */
const said = (stdout: string) => JSON.parse(stdout) as { owner: string; instance: string };

describe("a sandbox's name on its host", () => {
    it("is taken where nobody has it, under an instance of its own, for whoever runs this", async () => {
        const { status, stdout } = await claim("take");
        assert.equal(status, 0);
        assert.match(stdout, /^\{"owner":".+","instance":"[0-9a-f]{8}"\}\n$/);
        assert.equal(said(stdout).owner, userInfo().username);
        assert.notEqual(said((await claim("take")).stdout).instance, said(stdout).instance);
    });

    it("is taken for whom the program says", async () => {
        const { stdout } = await claim("take", {}, { OWNER: "Bob B." });
        assert.equal(said(stdout).owner, "Bob B.");
    });

    for (const [what, host, project] of [
        ["a container", { containers: [{ ...OWN, stack: "b" }] }, "shop"],
        ["a network", { networks: [{ ...OWN, stack: "b", project: "c" }] }, "c"],
    ] as const) {
        it(`isn't taken where ${what} of anybody's has it: it says whose, and the way out`, async () => {
            const { status, stdout, stderr } = await claim("take", host);
            assert.deepEqual([status, stdout], [1, ""]);
            assert.equal(
                stderr,
                `A sandbox named alice is on this host already: stack b of project ${project}, owned by Alice.\n` +
                    "Name this stack otherwise (pulumi stack rename), or let its owner destroy the other one, " +
                    `in project ${project}: pulumi destroy --stack b\n`,
            );
        });
    }

    for (const [what, host, command] of [
        ["machines", { containers: [OWN, OWN] }, "docker rm --force alice-0 alice-1"],
        ["a network", { networks: [OWN] }, "docker network rm 000000000000"],
        ["both", { containers: [OWN], networks: [OWN] }, "docker rm --force alice-0 && docker network rm 000000000000"],
    ] as const) {
        it(`isn't taken where this stack, whose state was lost, has left ${what}: it says the one command`, async () => {
            const { status, stderr } = await claim("take", host);
            assert.equal(status, 1);
            assert.equal(
                stderr,
                "A sandbox named alice is on this host already: stack alice of project shop, owned by Alice.\n" +
                    "If it is this very stack's, whose state was lost, make room for it; its volumes stay:\n" +
                    `${command}\n` +
                    "If it is that of another backend, name this one otherwise (pulumi stack rename).\n",
            );
        });
    }

    it("offers nobody else's things for removal, not even beside its own", async () => {
        const { stderr } = await claim("take", { containers: [OWN, { ...OWN, project: "other" }] });
        assert.doesNotMatch(stderr, /docker rm/);
    });

    it("shows whose it is without what a terminal would obey", async () => {
        const hostile = { ...OWN, owner: "\u001b[2Jroot\nfine", stack: "\u202Egpj" };
        const { stderr } = await claim("take", { containers: [hostile] });
        assert.match(stderr, /stack \\u\{202e\}gpj of project shop, owned by \\u\{1b\}\[2Jroot\\u\{a\}fine\.\n/);
        assert.doesNotMatch(stderr, /pulumi destroy/);
    });

    it("isn't taken where the engine doesn't say who has it", async () => {
        const refused = { stderr: "Cannot connect to the Docker daemon.\n", status: 1 };
        const environment = { SANDBOX: "alice", PROJECT: "shop", STACK: "alice", OWNER: "" };
        for (const silent of [/^ps/, /^network ls/]) {
            const ran = await runProgram("claim", [[silent, refused], ...answers({})], environment, {
                words: ["take"],
            });
            assert.deepEqual([ran.status, ran.stdout], [1, ""]);
            assert.match(ran.stderr, /failed: Cannot connect/);
        }
    });
});

describe("a name that a sandbox has already", () => {
    const keep = (host: Host, environment: Record<string, string> = {}) =>
        claim("keep", host, { PULUMI_COMMAND_STDOUT: REMEMBERED, ...environment });

    it("stays its own, with its own things on the host, whoever runs the next pulumi up", async () => {
        const { status, stdout } = await keep({ containers: [OWN, OWN], networks: [OWN] }, { USER: "somebody-else" });
        assert.deepEqual([status, said(stdout)], [0, { owner: "Alice", instance: "0a1b2c3d" }]);
    });

    it("gets another owner where the program says so", async () => {
        const { stdout } = await keep({ containers: [OWN] }, { OWNER: "Bob" });
        assert.deepEqual(said(stdout), { owner: "Bob", instance: "0a1b2c3d" });
    });

    for (const [what, other] of [
        ["instance", { ...OWN, instance: "ffffffff" }],
        ["project", { ...OWN, project: "other" }],
        ["stack", { ...OWN, stack: "other" }],
    ] as const) {
        it(`isn't kept where something of another ${what} has it too, as on another host`, async () => {
            const { status, stdout, stderr } = await keep({ containers: [OWN, other] });
            assert.deepEqual([status, stdout], [1, ""]);
            assert.match(stderr, /^A sandbox named alice is on this host already: /);
        });
    }

    it("gets an instance where version 0.1 remembered the owner alone, and its machines had none", async () => {
        const before = { ...OWN, instance: "" };
        const { status, stdout } = await keep({ containers: [before] }, { PULUMI_COMMAND_STDOUT: "Alice" });
        assert.equal(status, 0);
        assert.equal(said(stdout).owner, "Alice");
        assert.match(said(stdout).instance, /^[0-9a-f]{8}$/);
        assert.equal((await keep({ containers: [OWN] }, { PULUMI_COMMAND_STDOUT: "Alice" })).status, 1);
    });
});
