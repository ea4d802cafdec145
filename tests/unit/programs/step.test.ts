import assert from "node:assert/strict";
import { type Answers, type Ran, runProgram } from "../../support/fake-docker";
import { STEP } from "../../support/program-input";

const RUNNING: Answers = [
    [/^exec alice-web systemctl is-system-running$/, { stdout: "running\n" }],
    [/^container inspect alice-web$/, { stdout: JSON.stringify([{ State: { Status: "running" } }]) }],
];

/** Runs a step whose exec is this answer. */
function step(
    given: Partial<Record<keyof typeof STEP, unknown>>,
    exec: Answers[0][1],
    rest: Answers = RUNNING,
): Promise<Ran> {
    return runProgram(
        "step",
        [[/^exec -i .* step( |$)/, exec], [/^exec -i .* (put|manager) /, {}], ...rest],
        { MACHINE: "alice-web" },
        {
            stdin: JSON.stringify({ ...STEP, ...given }),
        },
    );
}

/** Prints a text as it is, whatever is in it. */
const says = (text: string) => ({ stdout: text });

describe("a step, where Pulumi runs", () => {
    it("is fed to a shell of the machine as its user, in its directory, with its arguments as they are", async () => {
        const args = ["a b", "c'd", '"$HOME"', "-e", ""];
        const { status, calls } = await step({ user: "1000:users", directory: "/srv", args }, says("done\n"));
        assert.equal(status, 0);
        const [manager, { words, stdin }] = calls;
        assert.deepEqual(manager.words.slice(-2), ["manager", "1000"]);
        assert.deepEqual(words.slice(0, 6), ["exec", "-i", "--user", "1000:users", "--workdir", "/srv"]);
        assert.deepEqual(words.slice(words.indexOf("step") + 1), args);
        assert.equal(stdin, STEP.script);
    });

    it("is for a container, whatever NAMESPACE whoever runs Pulumi has in their environment", async () => {
        const { status, calls } = await runProgram(
            "step",
            [[/^exec -i .* step$/, {}]],
            { MACHINE: "alice-web", MACHINE_ID: "0a".repeat(32), NAMESPACE: "staging" },
            { stdin: JSON.stringify(STEP) },
        );
        assert.deepEqual([status, calls.length], [0, 1]);
    });

    it("has its variables in the environment alone, under names that mean nothing to Docker's CLI", async () => {
        const environment = { PATH: "/opt", DOCKER_HOST: "tcp://evil", TOKEN: "sesame" };
        const exec = {
            run: 'echo "$STEP_PATH $STEP_DOCKER_HOST $STEP_TOKEN $PROVISION_VARIABLES ${DOCKER_HOST-unset}"',
        };
        const { stdout, calls } = await step({ environment }, exec);
        assert.equal(stdout, "/opt tcp://evil sesame PATH DOCKER_HOST TOKEN unset\n");
        assert.doesNotMatch(JSON.stringify(calls[0].words), /sesame|tcp:/);
    });

    it("isn't begun with a variable that no process can have, and says which, without its value", async () => {
        for (const [environment, said] of [
            [{ A: "1", TOKEN: "hunter2\0" }, /^provision\[0\] \(inline\): its variable TOKEN has a NUL in it/],
            [{ PORT: 5432 }, /^provision\[0\] \(inline\): its variable PORT is no text: make it one/],
            [{ TOKEN: "\u20ac".repeat(60_000) }, /its variable TOKEN has 180006 bytes, .* more than 131064 in one/],
            [
                Object.fromEntries(Array.from({ length: 20 }, (_, at) => [`A${at}`, "x".repeat(100_000)])),
                /its variable A18 has 100004 bytes, 1900066 with those before it\. .* or 1835008 in all\.\nPut what is/,
            ],
        ] as const) {
            const { status, stdout, stderr, calls } = await step({ environment }, says("never"));
            assert.deepEqual([status, stdout, calls], [1, "", []]);
            assert.match(stderr, said);
            assert.doesNotMatch(stderr, /hunter2|    at /);
        }
    });

    it("takes files and a script of any size", async () => {
        const files = Array.from({ length: 30 }, (_, at) => ({
            path: `/srv/${at}`,
            mode: "0600",
            owner: "root:root",
            content: "\u20ac".repeat(60_000),
        }));
        const text = `: ${"x".repeat(2 ** 21)}\n`;
        const { status, calls } = await step({ files, script: text }, says(""));
        assert.equal(status, 0);
        assert.deepEqual(
            calls.map(({ stdin }) => stdin.length),
            [...files.map(() => 60_000), text.length],
        );
    });

    it("puts its files there first, by standard input", async () => {
        const files = [
            { path: "/etc/a b", mode: "0600", owner: "daemon", content: "text\n" },
            { path: "/b", mode: "0644", owner: "root:root", contentBase64: Buffer.from("bytes").toString("base64") },
        ];
        const { calls } = await step({ files }, says(""));
        assert.deepEqual(
            calls.map(({ words, stdin }) => [...words.slice(words.indexOf("put") + 1), stdin]).slice(0, 2),
            [
                ["0600", "daemon", "/etc/a b", "text\n"],
                ["0644", "root:root", "/b", "bytes"],
            ],
        );
    });

    it("fails where a file can't be put there, and says which", async () => {
        const answers: Answers = [[/ put /, { stderr: "chown: invalid user: 'nobody2'\n", status: 1 }], ...RUNNING];
        const { status, stderr } = await runProgram(
            "step",
            answers,
            { MACHINE: "alice-web" },
            {
                stdin: JSON.stringify({
                    ...STEP,
                    files: [{ path: "/a", mode: "0644", owner: "nobody2", content: "" }],
                }),
            },
        );
        assert.equal(status, 1);
        assert.equal(
            stderr,
            "provision[0] (inline): its file /a could not be put into alice-web: chown: invalid user: 'nobody2'\n",
        );
    });

    it("says how it ended, once, and what to do", async () => {
        const { status, stdout, stderr } = await step({}, { stdout: "one\ntwo\n", status: 7 });
        assert.equal(status, 1);
        assert.equal(stdout, "one\ntwo\n");
        assert.equal(
            stderr,
            "provision[0] (inline) ended with exit status 7 in alice-web.\n" +
                "The machine is up for a look: docker exec -it alice-web sh; the next 'pulumi up' goes on with this step.\n",
        );
    });

    it("doesn't say that a machine is up which it has switched off", async () => {
        const inspected = (State: object) => ({ stdout: JSON.stringify([{ State }]) });
        const asked = /^exec alice-web systemctl is-system-running$/;
        const off: Answers = [
            [asked, { status: 1, stderr: "Error response from daemon: Container 0a1b is not running" }],
            [/^container inspect/, inspected({ Status: "exited", ExitCode: 0 })],
        ];
        const { stderr } = await step({}, { status: 137 }, off);
        assert.match(stderr, /does not run any more \(exit status 0\); the next 'pulumi up' starts it/);
        const stopping: Answers = [
            [asked, { stdout: "stopping\n", status: 1 }],
            [
                /^container inspect/,
                [{ Status: "running" }, { Status: "running" }, { Status: "exited", ExitCode: 130 }].map(inspected),
            ],
        ];
        assert.match(
            (await step({}, { status: 137 }, stopping)).stderr,
            /does not run any more \(exit status 130\); the next 'pulumi up' starts it/,
        );
    });
});

describe("a step that reboots its machine", () => {
    const GONE_DOWN = 194;
    const READY = /^exec -i .* alice-web \/bin\/sh -s$/;

    const OFF: Answers = [
        [READY, { stderr: "container is not running", status: 1 }],
        [/^container inspect/, { stdout: JSON.stringify([{ State: { Status: "exited", ExitCode: 0 } }]) }],
    ];

    it("ends when the machine is up again: until then, all that runs in it is ended, and nothing can be asked", async () => {
        const killed = { status: 137 };
        const answers: Answers = [
            [READY, [killed, { stderr: "OCI runtime exec failed", status: 126 }, { stdout: "{}" }]],
            ...RUNNING,
        ];
        const { status, stdout, stderr, calls } = await step({}, { stdout: "going\n", status: GONE_DOWN }, answers);
        assert.deepEqual([status, stdout, stderr], [0, "going\nalice-web has rebooted.\n", ""]);
        assert.equal(calls.filter(({ words }) => READY.test(words.join(" "))).length, 3);
    });

    it("fails where it doesn't come up as it should, with what is wrong", async () => {
        const answers: Answers = [[READY, { stderr: "web.service has failed\n", status: 3 }], ...RUNNING];
        const { status, stderr } = await step({}, { status: GONE_DOWN }, answers);
        assert.equal(status, 1);
        assert.equal(
            stderr,
            "provision[0] (inline) has rebooted alice-web, and it does not come up as it should:\nweb.service has failed\n",
        );
    });

    it("fails where it has switched it off, and says what to do instead", async () => {
        const { status, stderr } = await step({}, { status: GONE_DOWN }, OFF);
        assert.equal(status, 1);
        assert.match(stderr, /has switched alice-web off, .*\nTo reboot it: systemctl reboot\./);
    });

    describe("in the middle of it", () => {
        const CUT_SHORT = 195;

        it("fails, once it is up again", async () => {
            const answers: Answers = [[READY, [{ status: 137 }, { stdout: "{}" }]], ...RUNNING];
            const { status, stderr, calls } = await step({}, { status: CUT_SHORT }, answers);
            assert.equal(status, 1);
            assert.match(
                stderr,
                /was not at its end when alice-web went down\.\nLet the command that reboots be the last one.*\nThe machine is up for a look/,
            );
            assert.equal(calls.filter(({ words }) => READY.test(words.join(" "))).length, 2);
        });

        it("fails where it has switched it off, and says that it doesn't run", async () => {
            const answers: Answers = [[/is-system-running$/, { status: 1 }], ...OFF];
            const { stderr } = await step({}, { status: CUT_SHORT }, answers);
            assert.match(stderr, /was not at its end .*\n.*\nThe machine does not run any more \(exit status 0\)/);
        });
    });
});

describe("a step that says what names no cause", () => {
    it("fails with the cause: apt without lists of packages", async () => {
        for (const said of ["Unable to locate package nginx", "Package 'nginx' has no installation candidate"]) {
            const { stderr } = await step({}, { stdout: `Reading package lists...\nE: ${said}\n`, status: 100 });
            assert.match(
                stderr,
                /exit status 100 .*\n.* run apt-get update before apt-get install\.\nThe machine is up/,
            );
        }
        assert.doesNotMatch((await step({}, { stdout: "nginx: no such package\n", status: 1 })).stderr, /apt-get/);
    });
});

describe("what a step shows", () => {
    const shown = async (text: string, secrets: string[] = []) => (await step({ secrets }, says(text))).stdout;

    it("is what it says, as it comes", async () => assert.equal(await shown("a\n\nb"), "a\n\nb\n"));

    it("never has a line of a secret in it, wherever it stands and however often", async () => {
        const secrets = ["sesame", "open\nsesame seed", "a.*b$"];
        assert.equal(
            await shown("xsesamex sesame\nsesame seed\nopen the door\na.*b$ ab\n", secrets),
            "x[secret]x [secret]\n[secret]\n[secret] the door\n[secret] ab\n",
        );
    });

    it("hides a secret that arrives in pieces, and one at the end of a line without end", async () => {
        const exec = { run: "printf 'ses'; sleep 0.2; printf 'ame and ses'; sleep 0.2; printf ame" };
        assert.equal((await step({ secrets: ["sesame"] }, exec)).stdout, "[secret] and [secret]\n");
    });

    it("doesn't hide everything for a secret that is a blank line", async () => {
        assert.equal(await shown("a b\n", ["\n", " ", ""]), "a b\n");
    });

    it("has no control in it that a terminal would obey", async () => {
        assert.equal(
            await shown("\u001b[2J\u001b]0;title\u0007red\u202Eback\t.\n"),
            "\\u{1b}[2J\\u{1b}]0;title\\u{7}red\\u{202e}back    .\n",
        );
    });

    it("has lines for what a progress bar overwrites, and none that is long enough to stop a plugin", async () => {
        assert.equal(await shown("10%\r20%\r\n30%\r"), "10%\n20%\n30%\n");
        const lines = (await shown(`${"x".repeat(300_000)}\n`)).split("\n");
        assert.ok(Math.max(...lines.map((line) => line.length)) <= 4096);
        assert.equal(lines.join("").length, 300_000);
    });

    it("hides a secret in a line of several mebibytes", async () => {
        const line = `${"x".repeat((1 << 20) - 3)}sesame${"y".repeat(1 << 20)}`;
        const text = (await shown(line, ["sesame"])).replaceAll("\n", "");
        assert.doesNotMatch(text, /sesame/);
        assert.match(text, /x\[secret\]y/);
    });
});
