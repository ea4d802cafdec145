import assert from "node:assert/strict";
import { type Answer, type Answers, type Ran, runForCluster } from "../../support/fake-kubectl";
import { STEP } from "../../support/program-input";
import { QUICK_CLOCK } from "../../support/quick-clock";

const state = (status: object): Answer => ({ stdout: JSON.stringify({ metadata: { uid: "u-1" }, status }) });
const UP = state({ phase: "Running", containerStatuses: [{ name: "machine", state: { running: {} } }] });
const OFF = state({
    phase: "Succeeded",
    containerStatuses: [{ name: "machine", state: { terminated: { exitCode: 0, reason: "Completed" } } }],
});
const ended = (status: number, said = "") => ({
    stderr: `${said}command terminated with exit code ${status}\n`,
    status,
});

/** Runs what is to be run in the machine here: all of it comes by standard input. */
const HERE = { run: 'while [ "$1" != -- ]; do shift; done; shift; exec "$@"' };

/** Runs a step whose execs are these answers. */
function step(
    given: Partial<Record<keyof typeof STEP, unknown>>,
    exec: Answer | readonly Answer[],
    get: Answer | readonly Answer[] = UP,
    environment: Record<string, string> = {},
): Promise<Ran> {
    const answers: Answers = [
        [/ exec /, exec],
        [/ get pod web /, get],
    ];
    const id = "e88c5b3f-bf48-42d3-83ea-425b13eb5d56";
    const where = { MACHINE: "web", MACHINE_ID: id, NAMESPACE: "alice", ...environment };
    return runForCluster("step", answers, where, { stdin: JSON.stringify({ ...STEP, ...given }) });
}

describe("a step in a Pod", () => {
    it("gets its variables, its arguments, its directory and its script as they are", async () => {
        const environment = { A: 'it\'s "$HOME"\n`ü€`\\', PATH_OF: "", TRAILING: "x\n\n" };
        const args = ["a b", "", "*", "'\"\\", "€\n"];
        const script = `#!${process.execPath}\nconst { A, PATH_OF, TRAILING } = process.env;
            console.log(JSON.stringify([{ A, PATH_OF, TRAILING }, process.argv.slice(2), process.cwd()]));`;
        const { status, stdout, stderr } = await step({ environment, args, script, directory: "/usr" }, HERE);
        assert.deepEqual([status, stderr], [0, ""]);
        assert.deepEqual(JSON.parse(stdout), [environment, args, "/usr"]);
    });

    it("has nothing of its own in any argument, not even its user or its name's length", async () => {
        const given = {
            environment: { TOKEN: "sesame-of-env" },
            args: ["sesame-of-args"],
            script: "sesame-of-script",
            user: "sesame-user",
            directory: "/sesame",
            files: [{ path: "/sesame", mode: "0600", owner: "root:root", content: "sesame-of-file" }],
        };
        const { calls } = await step(given, {});
        assert.equal(calls.length, 3);
        assert.doesNotMatch(JSON.stringify(calls.map(({ words }) => words)), /sesame/);
        for (const [at, text] of ["sesame-of-file", "sesame-user", "sesame-of-script"].entries()) {
            assert.ok(calls[at].stdin.includes(text));
        }
    });

    it("takes variables, a file and a script of any size", async () => {
        const variables = Array.from({ length: 14 }, (_, at) => [`V${at}`, "€".repeat(40_000)]);
        const script = `#!/bin/sh\necho \${#V0} \${#V13}\n# ${"x".repeat(2 ** 21)}\n`;
        const { status, stdout } = await step({ environment: Object.fromEntries(variables), script }, HERE);
        assert.equal(status, 0);
        assert.match(stdout, /^(40000 40000|120000 120000)\n$/);
    });

    it("leaves nothing unread, for which kubectl would wait", async () => {
        const rest = { run: 'while [ "$1" != -- ]; do shift; done; shift; { "$@"; echo "$? $(wc -c)"; } 2>&1' };
        const { stdout } = await step({ directory: "/no/such", script: "x".repeat(2 ** 20) }, rest);
        assert.equal(stdout, "there is no directory /no/such\n126 0\n");
    });

    it("isn't run where what it is entered with has not arrived whole", async () => {
        const cut = { run: 'while [ "$1" != -- ]; do shift; done; shift; head -c 20 | "$@"' };
        const { status, stdout, stderr } = await step({}, cut);
        assert.equal(status, 1);
        assert.match(`${stdout}${stderr}`, /did not arrive whole|[Uu]nterminated|unexpected EOF/);
    });

    it("says how it ended, without kubectl's word for it, and what to do", async () => {
        const { status, stdout, stderr } = await step({}, { stdout: "one\n", ...ended(7) });
        assert.deepEqual([status, stdout], [1, "one\n"]);
        assert.equal(
            stderr,
            "provision[0] (inline) ended with exit status 7 in web.\nThe machine is up for a look: " +
                "kubectl -n alice exec -it web -c machine -- sh; the next 'pulumi up' goes on with this step.\n",
        );
    });

    it("says how a person reaches it in its cluster, whatever that is called", async () => {
        const { stderr } = await step({}, ended(7), UP, { KUBE_CONTEXT: "it's $(mine)" });
        assert.match(stderr, /: kubectl '--context=it'\\''s \$\(mine\)' -n alice exec/);
    });

    it("shows why it could not be begun", async () => {
        const { stdout } = await step({}, ended(126, "unable to find user x: no matching entries in passwd file\n"));
        assert.equal(stdout, "unable to find user x: no matching entries in passwd file\n");
    });

    it("doesn't show what kubectl logs by itself", async () => {
        const stderr = "E1129 16:38:37.123456   12345 websocket.go:296] Unknown stream id 1\nits own\n";
        assert.equal((await step({}, { stdout: "one\n", stderr })).stdout, "one\nits own\n");
    });

    it("isn't said to have ended where kubectl has lost it", async () => {
        for (const said of ["error: unexpected EOF", "Error from server: error dialing backend: i/o timeout"]) {
            const { status, stdout, stderr } = await step({}, { stdout: "one\n", stderr: `${said}\n`, status: 1 });
            assert.deepEqual([status, stdout], [1, "one\n"]);
            assert.match(
                stderr,
                /^provision\[0\] \(inline\) can't be followed to its end in web: (unexpected|error dialing).*\nThe machine is up for a look/,
            );
        }
    });

    it("fails where a file can't be put there", async () => {
        const files = [{ path: "/a", mode: "0644", owner: "nobody2", content: "" }];
        const { stderr } = await step({ files }, ended(1, "chown: invalid user: 'nobody2'\n"));
        assert.equal(
            stderr,
            "provision[0] (inline): its file /a could not be put into web: chown: invalid user: 'nobody2'\n",
        );
    });
});

describe("a step that takes its Pod down", () => {
    const [GONE_DOWN, CUT_SHORT] = [ended(194), ended(195)];

    it("ends when it is up again, where PID 1 has only begun anew", async () => {
        const { status, stdout, stderr } = await step({}, [GONE_DOWN, ended(137), { stdout: "{}" }]);
        assert.deepEqual([status, stdout, stderr], [0, "web has rebooted.\n", ""]);
    });

    it("fails where it doesn't come up as it should, with all that is wrong", async () => {
        const { stderr } = await step({}, [GONE_DOWN, ended(3, "web.service has failed\nlast words\n")]);
        assert.equal(
            stderr,
            "provision[0] (inline) has rebooted web, and it does not come up as it should:\n" +
                "web.service has failed\nlast words\n",
        );
    });

    it("fails where its container has ended: what was provisioned is gone", async () => {
        const completed = {
            stderr: "error: cannot exec into a container in a completed pod; current phase is Succeeded\n",
            status: 1,
        };
        const { status, stderr } = await step({}, [GONE_DOWN, completed], OFF);
        assert.equal(status, 1);
        assert.equal(
            stderr,
            "provision[0] (inline) has switched web off, and a Pod does not come back from that: what was provisioned is " +
                "gone with it.\nLeave out what switches it off. To reboot it: systemctl reboot, without --force. " +
                "The next 'pulumi up' makes it anew.\n",
        );
    });

    it("in the middle of it fails, and says what is next", async () => {
        const { stderr } = await step({}, [CUT_SHORT, ended(137)], OFF, QUICK_CLOCK);
        assert.match(
            stderr,
            /was not at its end when web went down\.\n.*\nThe machine does not run any more \(exit status 0\); the next 'pulumi up' makes it anew, and does all its steps again\.\n$/,
        );
    });
});
