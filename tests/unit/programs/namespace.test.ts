import assert from "node:assert/strict";
import { userInfo } from "node:os";
import {
    type Answer,
    type Answers,
    type Call,
    type Ran,
    refusedBy,
    runForCluster,
    withFakeKubectl,
} from "../../support/fake-kubectl";
import { QUICK_CLOCK } from "../../support/quick-clock";
import { scriptText } from "../../support/shell";
import { assertPrintable } from "../../support/unprintable";

const PREFIX = "pulumi-centos-systemd.";
const OWN = { sandbox: "alice", project: "shop", stack: "alice", owner: "Alice", instance: "0a1b2c3d" };
const REMEMBERED = JSON.stringify({ owner: "Alice", instance: "0a1b2c3d" });

const prefixed = (said: Record<string, string>) =>
    Object.fromEntries(Object.entries(said).map(([name, value]) => [`${PREFIX}${name}`, value]));
const namespace = (said: Record<string, string>, rest: object = {}): Answer => ({
    stdout: JSON.stringify({ metadata: { name: "alice", annotations: prefixed(said), ...rest } }),
});
const leaving = (said: Record<string, string>) => namespace(said, { deletionTimestamp: "2026-11-29T16:00:00Z" });

const MADE = { stdout: "namespace/alice created\n" };
const TAKEN = refusedBy("AlreadyExists", 'namespaces "alice" already exists');
const GONE = refusedBy("NotFound", 'namespaces "alice" not found');

type Several = Answer | readonly Answer[];

function claim(verb: "take" | "keep", create: Several, get: Several = GONE, environment: Record<string, string> = {}) {
    const answers: Answers = [
        [/ create -f -$/, create],
        [/ get namespace alice -o json$/, get],
        [/ annotate /, {}],
    ];
    return runForCluster(
        "namespace",
        answers,
        {
            ...{ SANDBOX: "alice", NAMESPACE: "alice", OWN: "yes", PROJECT: "shop", STACK: "alice", OWNER: "" },
            ...(verb === "keep" && { PULUMI_COMMAND_STDOUT: REMEMBERED }),
            ...environment,
        },
        { words: [verb] },
    );
}

const said = ({ stdout }: Ran) => JSON.parse(stdout) as { owner: string; instance: string };
const verbs = (calls: readonly Call[]) => calls.map(({ words }) => words[1]);

describe("a sandbox's namespace", () => {
    it("is made where nobody has it, in one go, with whose it is and the level that it enforces", async () => {
        const ran = await claim("take", MADE, GONE, { TTL: "2d", OWNER: "Bob B.", KUBE_CONTEXT: "kind" });
        assert.equal(ran.status, 0, ran.stderr);
        assert.match(ran.stdout, /^\{"owner":"Bob B\.","instance":"[0-9a-f]{8}"\}\n$/);
        const [{ words, stdin }, ...rest] = ran.calls;
        assert.deepEqual([words, rest], [["--context=kind", "--namespace=alice", "create", "-f", "-"], []]);
        assert.deepEqual(JSON.parse(stdin), {
            apiVersion: "v1",
            kind: "Namespace",
            metadata: {
                name: "alice",
                labels: {
                    "app.kubernetes.io/managed-by": "pulumi-centos-systemd",
                    "pod-security.kubernetes.io/enforce": "baseline",
                },
                annotations: prefixed({ ...OWN, owner: "Bob B.", instance: said(ran).instance, ttl: "2d" }),
            },
        });
    });

    it("is that of whoever runs this, and of another instance each time", async () => {
        const ran = await claim("take", MADE);
        assert.equal(said(ran).owner, userInfo().username);
        assert.doesNotMatch(ran.calls[0].stdin, /ttl/);
        assert.notEqual(said(await claim("take", MADE)).instance, said(ran).instance);
    });

    it("isn't taken where another stack has it: it says whose, and the way out", async () => {
        const { status, stdout, stderr } = await claim("take", TAKEN, namespace({ ...OWN, stack: "b", project: "c" }));
        assert.deepEqual([status, stdout], [1, ""]);
        assert.equal(
            stderr,
            "A sandbox named alice is in this cluster already: stack b of project c, owned by Alice.\n" +
                "Name this stack otherwise (pulumi stack rename), or let its owner destroy the other one, " +
                "in project c: pulumi destroy --stack b\n",
        );
    });

    it("isn't taken where this stack, whose state was lost, has left it: it says the one command", async () => {
        const { status, stderr } = await claim("take", TAKEN, namespace(OWN), { KUBE_CONTEXT: "kind" });
        assert.equal(status, 1);
        assert.equal(
            stderr,
            "A sandbox named alice is in this cluster already: stack alice of project shop, owned by Alice.\n" +
                "If it is this very stack's, whose state was lost, make room for it; its volumes go too:\n" +
                "kubectl --context=kind delete namespace alice\n" +
                "If it is that of another backend, name this one otherwise (pulumi stack rename).\n",
        );
    });

    it("isn't taken where it is no sandbox's, and its removal is offered to nobody", async () => {
        const { status, stderr } = await claim("take", TAKEN, namespace({}));
        assert.equal(status, 1);
        assert.match(stderr, /^A namespace named alice is in this cluster already, and isn't a sandbox's\.\nName this/);
        assert.doesNotMatch(stderr, /delete/);
    });

    it("shows whose it is without what a terminal would obey", async () => {
        const hostile = { ...OWN, owner: "\u001b[2Jroot\nfine", stack: "\u202Egpj" };
        const { stderr } = await claim("take", TAKEN, namespace(hostile));
        assertPrintable(stderr);
        assert.match(stderr, /owned by \\u\{1b\}\[2Jroot\\u\{a\}fine\.\n/);
        assert.doesNotMatch(stderr, /pulumi destroy/);
    });

    it("is made when one that is on its way out is gone", async () => {
        const { status, calls } = await claim("take", [TAKEN, MADE], [leaving(OWN), leaving(OWN), GONE], QUICK_CLOCK);
        assert.equal(status, 0);
        assert.deepEqual(verbs(calls), ["create", "get", "get", "get", "create"]);
    });

    it("isn't waited for without end", async () => {
        const { status, stderr } = await claim("take", TAKEN, leaving(OWN), {
            NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(
                "const { now } = Date; const begun = now(); Date.now = () => begun + (now() - begun) * 100;",
            )}`,
        });
        assert.equal(status, 1);
        assert.equal(
            stderr,
            "The namespace alice is still being removed after 60 s.\nWhat it waits for: kubectl describe namespace alice\n",
        );
    });

    it("isn't taken where it can't be made, or not be looked at: it says why", async () => {
        for (const [create, get, why] of [
            [
                refusedBy("Forbidden", 'namespaces is forbidden: User "bob" cannot create resource'),
                GONE,
                'The namespace alice can\'t be made: namespaces is forbidden: User "bob" cannot create resource\n',
            ],
            [
                TAKEN,
                refusedBy("Forbidden", "no"),
                "The namespace alice may not be looked at by this user of the cluster.\n",
            ],
            [
                TAKEN,
                { stderr: "Unable to connect to the server: EOF\n", status: 1 },
                "Unable to connect to the server: EOF\n",
            ],
        ] as const) {
            const { status, stdout, stderr } = await claim("take", create, get);
            assert.deepEqual([status, stdout, stderr], [1, "", why]);
        }
    });
});

describe("a namespace that a sandbox has already", () => {
    it("stays its own, whoever runs the next pulumi up, and nothing is done", async () => {
        const ran = await claim("keep", TAKEN, namespace(OWN), { USER: "somebody-else" });
        assert.deepEqual([ran.status, said(ran)], [0, { owner: "Alice", instance: "0a1b2c3d" }]);
        assert.deepEqual(verbs(ran.calls), ["create", "get"]);
    });

    it("says the new owner and the new time where the program says so", async () => {
        const ran = await claim("keep", TAKEN, namespace({ ...OWN, ttl: "1d" }), { OWNER: "Bob B.", TTL: "2d" });
        assert.deepEqual(said(ran), { owner: "Bob B.", instance: "0a1b2c3d" });
        assert.deepEqual(ran.calls.at(-1)?.words.slice(1), [
            ...["annotate", "--overwrite", "namespace", "alice"],
            ...[`${PREFIX}owner=Bob B.`, `${PREFIX}ttl=2d`],
        ]);
        const without = await claim("keep", TAKEN, namespace({ ...OWN, ttl: "1d" }));
        assert.equal(without.calls.at(-1)?.words.at(-1), `${PREFIX}ttl-`);
    });

    it("is made again, as the same, where somebody removed it", async () => {
        const ran = await claim("keep", MADE);
        assert.deepEqual([ran.status, said(ran)], [0, { owner: "Alice", instance: "0a1b2c3d" }]);
        assert.match(ran.calls[0].stdin, /"pulumi-centos-systemd\.instance":"0a1b2c3d"/);
    });

    for (const [what, other] of [
        ["another sandbox", { ...OWN, instance: "ffffffff" }],
        ["nobody", {}],
    ] as const) {
        it(`isn't kept where it is that of ${what}`, async () => {
            const { status, stdout, stderr } = await claim("keep", TAKEN, namespace(other));
            assert.deepEqual([status, stdout], [1, ""]);
            assert.match(stderr, /^A (sandbox|namespace) named alice is in this cluster already/);
        });
    }
});

describe("a namespace of the user's own", () => {
    const OTHERS = { OWN: "no" };

    for (const verb of ["take", "keep"] as const) {
        it(`has only to be there: ${verb}`, async () => {
            for (const get of [namespace({}), refusedBy("Forbidden", "namespaces is forbidden")]) {
                const ran = await claim(verb, {}, get, OTHERS);
                assert.equal(ran.status, 0);
                assert.match(said(ran).instance, /^[0-9a-f]{8}$/);
                assert.deepEqual(verbs(ran.calls), ["get"]);
            }
        });

        it(`is never made: ${verb}`, async () => {
            for (const [get, what] of [
                [GONE, "isn't in this cluster"],
                [leaving({}), "is being removed"],
            ] as const) {
                const { status, stderr } = await claim(verb, {}, get, OTHERS);
                assert.equal(status, 1);
                assert.match(stderr, new RegExp(`^The namespace alice ${what}\\.\nMake it, or leave`));
            }
        });
    }
});

describe("the end of a namespace", () => {
    const GIVEN = {
        ...{ OWN: "yes", NAMESPACE: "alice", LABEL: `${PREFIX}instance`, KUBE_CONTEXT: "my kind" },
        PULUMI_COMMAND_STDOUT: '{"owner":"\\"instance\\":\\"","instance":"0a1b"}',
    };
    const end = (found: Answer, removal: Answer = {}, environment: Record<string, string> = {}) =>
        withFakeKubectl(
            ["/bin/sh", "-c", scriptText("at-the-end/remove-namespace")],
            [
                [/^(--context=my kind )?get namespace alice --ignore-not-found -o go-template=/, found],
                [/ delete namespace alice --ignore-not-found --wait --timeout=120s$/, removal],
            ],
            { ...GIVEN, ...environment },
        );

    it("comes with all that is in it, and is waited for", async () => {
        const { status, stdout, stderr, calls } = await end({ stdout: "0a1b" }, { stdout: "deleted\n" });
        assert.deepEqual([status, stdout, stderr, calls.length], [0, "", "", 2]);
        assert.ok(calls.every(({ words }) => words[0] === "--context=my kind"));
        assert.match(calls[0].words.at(-1) ?? "", /index \. "pulumi-centos-systemd\.instance"/);
    });

    it("has come already, or isn't this sandbox's to make", async () => {
        for (const stdout of ["", "ffff", "<no value>", "0a1b2"]) {
            const { status, calls } = await end({ stdout });
            assert.deepEqual([status, calls.length], [0, 1]);
        }
        assert.equal((await end({ stdout: "0a1b" }, {}, { PULUMI_COMMAND_STDOUT: "" })).calls.length, 1);
    });

    it("is nobody's where it is the user's own", async () => {
        const { status, calls } = await end({}, {}, { OWN: "no" });
        assert.deepEqual([status, calls], [0, []]);
    });

    it("hasn't come where the cluster doesn't answer, or something holds it", async () => {
        const silent = { stderr: "Unable to connect to the server: EOF\n", status: 1 };
        const held = { stderr: "error: timed out waiting for the condition on namespaces/alice\n", status: 1 };
        for (const { status, stderr } of [await end(silent), await end({ stdout: "0a1b" }, held)]) {
            assert.equal(status, 1);
            assert.match(stderr, /^(Unable to connect|error: timed out)/);
        }
    });

    it("needs no context", async () => {
        const { calls } = await end({ stdout: "" }, {}, { KUBE_CONTEXT: "" });
        assert.equal(calls[0].words[0], "get");
    });
});
