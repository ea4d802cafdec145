import assert from "node:assert/strict";
import { type Answers, runProgram } from "../../support/fake-docker";

const PREFIX = "pulumi-centos-systemd.";
const OURS = {
    [`${PREFIX}sandbox`]: "alice",
    [`${PREFIX}project`]: "shop",
    [`${PREFIX}stack`]: "alice",
    [`${PREFIX}owner`]: "Alice A.",
    [`${PREFIX}instance`]: "0a1b",
    [`${PREFIX}generation`]: "7",
};
const SETTINGS = { internal: false, ipv6: false, subnets: [] as string[], options: {} as Record<string, string> };

/** Makes the network where these are there already. */
async function network(there: readonly object[], answers: Answers = [], settings: Partial<typeof SETTINGS> = {}) {
    const ids = there.map((_, index) => `${index}`.repeat(64));
    const things = there.map((thing, index) => ({ Id: ids[index], Name: "alice", ...thing }));
    const ran = await runProgram(
        "network",
        [
            [/^network ls .*name=\^alice\$$/, { stdout: ids.join("\n") }],
            [/^network inspect/, { stdout: JSON.stringify(things) }],
            ...answers,
        ],
        {
            SANDBOX: "alice",
            SETTINGS: JSON.stringify({ ...SETTINGS, ...settings }),
            LABELS: JSON.stringify(OURS),
        },
    );
    const changes = ran.calls.map(({ words }) => words).filter(([, verb]) => !["ls", "inspect"].includes(verb));
    return { ...ran, changes };
}

const CREATED: Answers[0] = [/^network create/, { stdout: "new-id\n" }];

describe("a sandbox's network", () => {
    it("is made with its labels, and nothing else that wasn't asked for", async () => {
        const { status, stdout, changes } = await network([], [CREATED]);
        assert.deepEqual([status, stdout], [0, "new-id\n"]);
        assert.deepEqual(changes, [
            [
                "network",
                "create",
                "--label=pulumi-centos-systemd.sandbox=alice",
                "--label=pulumi-centos-systemd.project=shop",
                "--label=pulumi-centos-systemd.stack=alice",
                "--label=pulumi-centos-systemd.owner=Alice A.",
                "--label=pulumi-centos-systemd.instance=0a1b",
                "--label=pulumi-centos-systemd.generation=7",
                "alice",
            ],
        ]);
    });

    it("is made with its addresses and options, each a word of its own", async () => {
        const { changes } = await network([], [CREATED], {
            internal: true,
            ipv6: true,
            subnets: ["10.77.0.0/24", "fd00::/64"],
            options: { isolate: "true", "com.example/x": "a b" },
        });
        assert.deepEqual(
            changes[0].filter((word) => !word.startsWith("--label=")),
            [
                "network",
                "create",
                "--internal",
                "--ipv6",
                "--subnet=10.77.0.0/24",
                "--subnet=fd00::/64",
                "--opt=isolate=true",
                "--opt=com.example/x=a b",
                "alice",
            ],
        );
    });

    it("stays where it is there as it should be", async () => {
        const { status, stdout, changes } = await network([{ Labels: OURS, Containers: { web: {} } }]);
        assert.deepEqual([status, stdout, changes], [0, `${"0".repeat(64)}\n`, []]);
    });

    for (const [what, other] of [
        ["generation", { ...OURS, [`${PREFIX}generation`]: "6" }],
        ["time, when it had neither", { ...OURS, [`${PREFIX}instance`]: "", [`${PREFIX}generation`]: "" }],
    ] as const) {
        it(`takes the place of one of this very stack's from another ${what}, whoever is still on it`, async () => {
            const { status, stdout, changes } = await network(
                [{ Labels: other, Containers: { web: {}, db: {} } }],
                [
                    [
                        /^network disconnect/,
                        [{}, { stderr: "Error response from daemon: No such container\n", status: 1 }],
                    ],
                    [/^network rm/, {}],
                    CREATED,
                ],
            );
            assert.deepEqual([status, stdout], [0, "new-id\n"]);
            const id = "0".repeat(64);
            assert.deepEqual(changes.slice(0, 3), [
                ["network", "disconnect", "--force", id, "web"],
                ["network", "disconnect", "--force", id, "db"],
                ["network", "rm", id],
            ]);
            assert.equal(changes[3][1], "create");
        });
    }

    for (const [what, labels] of [
        ["nobody's", null],
        ["another sandbox's", { ...OURS, [`${PREFIX}sandbox`]: "bob", [`${PREFIX}instance`]: "ffff" }],
        ["another project's", { ...OURS, [`${PREFIX}project`]: "other", [`${PREFIX}instance`]: "ffff" }],
        // Two that were brought up in the same moment: each has found the name free.
        ["another backend's", { ...OURS, [`${PREFIX}instance`]: "ffff" }],
        ["another stack's", { ...OURS, [`${PREFIX}stack`]: "bob", [`${PREFIX}generation`]: "6" }],
    ] as const) {
        it(`leaves ${what} of that name alone, and says the way out`, async () => {
            const { status, stdout, stderr, changes } = await network([{ Labels: labels }]);
            assert.deepEqual([status, stdout, changes], [1, "", []]);
            assert.equal(
                stderr,
                "A network named alice is on this host, and isn't this sandbox's.\n" +
                    "Name this stack otherwise (pulumi stack rename), or remove the network: docker network rm 000000000000\n",
            );
        });
    }

    it("fails where the old one can't be removed, and makes no second one", async () => {
        const stderr = "Error response from daemon: network alice has active endpoints\n";
        const old = { Labels: { ...OURS, [`${PREFIX}generation`]: "6" } };
        const ran = await network([old], [[/^network rm/, { stderr, status: 1 }]]);
        assert.deepEqual([ran.status, ran.stderr], [1, "docker network failed: network alice has active endpoints\n"]);
    });

    it("says in the engine's words why it can't be made, and what to do", async () => {
        const none = "Error response from daemon: could not find an available, non-overlapping IPv4 address pool\n";
        const free = await network([], [[/^network create/, { stderr: none, status: 1 }]]);
        assert.equal(
            free.stderr,
            "The network alice can't be made: could not find an available, non-overlapping IPv4 address pool\n" +
                "Where no addresses are left: docker network prune, or choose some yourself in `network.subnet`.\n",
        );
        const taken = "Error response from daemon: Pool overlaps with other one on this address space\n";
        const chosen = await network([], [[/^network create/, { stderr: taken, status: 1 }]], {
            subnets: ["10.0.0.0/24"],
        });
        assert.equal(
            chosen.stderr,
            "The network alice can't be made: Pool overlaps with other one on this address space\n" +
                "Where the addresses are taken: docker network ls shows by whom; choose others in `network`.\n",
        );
        assert.deepEqual([free.status, chosen.status], [1, 1]);
    });
});
