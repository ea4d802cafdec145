import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { HOSTILE } from "../../support/hostile-text";
import { type Answer, type Answers, type Call, refusedBy, runForCluster } from "../../support/fake-kubectl";
import { WAITING } from "../../support/program-input";
import { QUICK_CLOCK } from "../../support/quick-clock";
import { assertPrintable } from "../../support/unprintable";

const ENVIRONMENT = {
    MACHINE: "web",
    NAMESPACE: "alice",
    KUBE_CONTEXT: "kind",
    NETWORK: "",
    PUBLISHED: "[]",
    ...WAITING,
};
const SAID = '{"state":"running","systemdVersion":252,"bootMilliseconds":512}\n';
const RUNNING = {
    phase: "Running",
    podIP: "10.1.0.2",
    containerStatuses: [{ name: "machine", state: { running: {} } }],
};

/** What the cluster says of the Pod. */
const pod = (status: object, metadata: object = {}): Answer => ({
    stdout: JSON.stringify({
        kind: "Pod",
        metadata: { name: "web", uid: "u-1", ...metadata },
        spec: { nodeName: "node-a" },
        status,
    }),
});
const waiting = (reason: string, message?: string, key = "containerStatuses") =>
    pod({ phase: "Pending", [key]: [{ name: "machine", state: { waiting: { reason, message } } }] });
const terminated = (exitCode: number, rest: object = {}) =>
    pod({
        phase: "Failed",
        containerStatuses: [{ name: "machine", state: { terminated: { exitCode, reason: "Error", ...rest } } }],
    });
const unschedulable = (secondsAgo: number, message = "0/2 nodes are available: 2 Insufficient memory.") =>
    pod({
        phase: "Pending",
        conditions: [
            {
                type: "PodScheduled",
                status: "False",
                reason: "Unschedulable",
                message,
                lastTransitionTime: new Date(Date.now() - secondsAgo * 1000).toISOString(),
            },
        ],
    });
const events = (...items: object[]): Answers => [[/ get events /, { stdout: JSON.stringify({ items }) }]];
const LOGS: Answers = [[/ logs /, { stdout: "Failed to create /init.scope\r\n\u001b[2JExiting PID 1...\r\n" }]];
const ENDED = (status: number) => ({ stderr: `command terminated with exit code ${status}\n`, status });

/** What a watch comes to in which nothing has changed. */
const UNCHANGED = { status: 1, stderr: "error: timed out waiting for the condition on pods/web\n" };

function ready(
    get: Answer | readonly Answer[],
    exec: Answer | readonly Answer[] = {},
    rest: Answers = [],
    environment: Record<string, string> = {},
) {
    const answers: Answers = [[/ get pod web /, get], [/ exec /, exec], ...rest, [/ wait pod\/web /, UNCHANGED]];
    return runForCluster("ready", answers, { ...ENVIRONMENT, ...environment });
}

const verbs = (calls: readonly Call[]) => calls.map(({ words }) => words.filter((word) => !word.startsWith("--"))[0]);

describe("a Pod that is awaited", () => {
    it("is looked at in its cluster and its namespace; what it says is handed on, its address, and its node", async () => {
        const { status, stdout, stderr, calls } = await ready(pod(RUNNING), { stdout: SAID });
        assert.deepEqual([status, stderr], [0, ""]);
        assert.deepEqual(JSON.parse(stdout), {
            state: "running",
            systemdVersion: 252,
            bootMilliseconds: 512,
            address: "10.1.0.2",
            ports: [],
            node: "node-a",
        });
        assert.match(stdout, /^[^\n]+\n$/);
        const [get, exec, ...rest] = calls.map(({ words }) => words);
        assert.deepEqual(get, ["--context=kind", "--namespace=alice", "get", "pod", "web", "-o", "json"]);
        assert.deepEqual(exec.slice(0, 7), [
            "--context=kind",
            "--namespace=alice",
            "exec",
            "-i",
            "web",
            "-c",
            "machine",
        ]);
        assert.deepEqual(exec.slice(7, -1), ["--", "/bin/sh", "-c"]);
        assert.match(
            exec.at(-1) ?? "",
            /^trap : TERM; \(eval "\$\(dd bs=\d+ count=1 iflag=fullblock 2>\/dev\/null\)"; .*; exit \$status$/,
        );
        assert.deepEqual(rest, []);
    });

    it("is in the cluster that the kubeconfig means where no context is named", async () => {
        const { calls } = await ready(pod(RUNNING), { stdout: SAID }, [], { KUBE_CONTEXT: "" });
        assert.equal(calls[0].words[0], "--namespace=alice");
    });

    it("gets the script by standard input, and its conditions before it", async () => {
        const conditions = { UNITS: "a b", COMMAND: "test \"$x\" = 'ü\n€'", STATES: "running|degraded" };
        const script = readFileSync("components/programs/in-machine/ready.sh", "utf8");
        const { calls } = await ready(pod(RUNNING), { stdout: SAID }, [], conditions);
        const { words, stdin } = calls[1];
        assert.ok(stdin.endsWith(script));
        const before = stdin.slice(0, -script.length);
        assert.equal(/bs=(\d+) /.exec(words.at(-1) ?? "")?.[1], String(Buffer.byteLength(before)));
        assert.match(before, /^export COMMAND='test "\$x" = '\\''ü\n€'\\'''$/m);
        assert.doesNotMatch(words.join(" "), /degraded|test/);
    });

    it("is waited for until its container runs", async () => {
        const { status, calls } = await ready(
            [pod({ phase: "Pending" }), waiting("ContainerCreating"), pod(RUNNING)],
            { stdout: SAID },
            [],
            { ...QUICK_CLOCK, TIMEOUT: "10" },
        );
        assert.equal(status, 0);
        assert.deepEqual(verbs(calls), ["get", "wait", "get", "wait", "get", "exec"]);
    });

    it("is waited for where the API server is away for a moment", async () => {
        const away = { stderr: "The connection to the server 10.0.0.1:6443 was refused\n", status: 1 };
        const { status } = await ready([away, away, pod(RUNNING)], { stdout: SAID }, [], QUICK_CLOCK);
        assert.equal(status, 0);
    });

    it("tells its host key where it has one", async () => {
        const answers = [{ stdout: SAID }, { stdout: "ssh-ed25519 AAAA root@web\n" }];
        const { stdout } = await ready(pod(RUNNING), answers, [], { SSH: "yes" });
        assert.equal((JSON.parse(stdout) as { hostKey: string }).hostKey, "ssh-ed25519 AAAA root@web");
    });
});

describe("a Pod that no waiting helps", () => {
    const ANEW = "The next pulumi up makes it anew.\n";
    const cases: [what: string, get: Answer, rest: Answers, said: string][] = [
        ...["ErrImagePull", "ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull"].map(
            (reason): [string, Answer, Answers, string] => [
                reason,
                waiting(reason, 'failed to pull "r/web:1":\n not found'),
                [],
                `web can't have its image: ${reason}: failed to pull "r/web:1": not found\n`,
            ],
        ),
        ...["CreateContainerConfigError", "CreateContainerError", "RunContainerError"].map(
            (reason): [string, Answer, Answers, string] => [
                reason,
                waiting(reason, 'secret "web" not found'),
                [],
                `web can't be started: ${reason}: secret "web" not found\n`,
            ],
        ),
        [
            "an image of what runs first",
            waiting("ErrImagePull", "no such host", "initContainerStatuses"),
            [],
            "web can't have its image: ErrImagePull: no such host\n",
        ],
        [
            "a container that has ended",
            terminated(255),
            LOGS,
            `web stopped (exit status 255), and a Pod is not started again\n${ANEW}` +
                "Its console said at last:\nFailed to create /init.scope\n\\u{1b}[2JExiting PID 1...\n",
        ],
        [
            "a container that never began",
            terminated(128, { reason: "StartError", message: "failed to create shim task: no such file" }),
            [[/ logs /, {}]],
            "web stopped (exit status 128), and a Pod is not started again: StartError: failed to create shim task: " +
                `no such file\n${ANEW}`,
        ],
        [
            "an evicted one",
            pod({ phase: "Failed", reason: "Evicted", message: "The node was low on resource: memory. " }),
            [],
            `web was ended by the cluster: Evicted: The node was low on resource: memory.\n${ANEW}`,
        ],
        [
            "one that is being removed",
            pod(RUNNING, { deletionTimestamp: "2026-11-29T16:00:00Z" }),
            [],
            `web is gone: somebody is removing the Pod. ${ANEW}`,
        ],
        [
            "one that is gone",
            refusedBy("NotFound", 'pods "web" not found'),
            [],
            `web is gone: somebody removed the Pod. ${ANEW}`,
        ],
        [
            "one that may not be looked at",
            refusedBy("Forbidden", 'pods "web" is forbidden: User "bob" cannot get resource'),
            [],
            'web can\'t be looked at: pods "web" is forbidden: User "bob" cannot get resource\n',
        ],
        [
            "one that no node takes",
            unschedulable(6),
            events(),
            "web finds no node: 0/2 nodes are available: 2 Insufficient memory.\n",
        ],
    ];
    for (const [what, get, rest, said] of cases) {
        it(`says so at once: ${what}`, async () => {
            const { status, stdout, stderr, calls } = await ready(get, {}, rest, { TIMEOUT: "60" });
            assert.deepEqual([status, stdout], [1, ""]);
            assert.equal(stderr, said);
            assert.ok(calls.length <= 2);
        });
    }

    it("isn't said to find no node before it has been so for a while", async () => {
        const { status } = await ready([unschedulable(0), pod(RUNNING)], { stdout: SAID }, [], { TIMEOUT: "60" });
        assert.equal(status, 0);
    });

    it("is waited for where a node is being made for it", async () => {
        const { status, calls } = await ready(
            [unschedulable(6), unschedulable(6), pod(RUNNING)],
            { stdout: SAID },
            events({ reason: "TriggeredScaleUp", message: "pod triggered scale-up" }),
            { TIMEOUT: "60" },
        );
        assert.equal(status, 0);
        // What is coming is asked for once.
        assert.deepEqual(verbs(calls), ["get", "get", "wait", "get", "wait", "get", "exec"]);
    });

    it("says after its time what it waits for, and what has happened at last to it", async () => {
        const at = (lastTimestamp: string, message: string) => ({ reason: "FailedMount", message, lastTimestamp });
        const { status, stderr, calls } = await ready(
            waiting("ContainerCreating"),
            {},
            events(at("2026-11-29T16:00:02Z", "no such\nclaim"), at("2026-11-29T16:00:01Z", "earlier")),
        );
        assert.equal(status, 1);
        assert.equal(
            stderr,
            "web does not run after 1 s, it waits: ContainerCreating\nThe cluster said at last: FailedMount: no such claim\n",
        );
        const selector = "--field-selector=involvedObject.kind=Pod,involvedObject.name=web,involvedObject.uid=u-1";
        assert.deepEqual(calls.at(-1)?.words.slice(2), ["get", "events", selector, "-o", "json"]);
    });

    it("says what it waits for where events may not be listed, or are no JSON", async () => {
        for (const silent of [refusedBy("Forbidden", "events is forbidden"), { stdout: "<html>" }]) {
            const { stderr } = await ready(pod({ phase: "Pending" }), {}, [[/ get events /, silent]]);
            assert.equal(stderr, "web does not run after 1 s, it waits: Pending\n");
        }
    });

    it("says why nobody can look at it, once it is no longer a moment", async () => {
        const away = { stderr: "error: You must be logged in to the server (Unauthorized)\n", status: 1 };
        const { status, stderr } = await ready(away, {}, [], {
            NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(
                "const { now } = Date; const begun = now(); Date.now = () => begun + (now() - begun) * 20;",
            )}`,
        });
        assert.equal(status, 1);
        assert.equal(stderr, "web can't be looked at: You must be logged in to the server (Unauthorized)\n");
    });

    for (const [what, text] of HOSTILE) {
        it(`shows nothing that a terminal would obey: ${what}`, async () => {
            for (const get of [
                waiting("ErrImagePull", text),
                pod({ phase: "Failed", reason: text, message: text }),
                unschedulable(6, text),
            ]) {
                assertPrintable((await ready(get, {}, events())).stderr);
            }
        });
    }

    for (const [what, stdout] of [
        ["nothing", ""],
        ["null", "null"],
        ["a list", "[]"],
        ["no JSON", "web Running"],
        [
            "another form",
            '{"metadata":7,"status":{"phase":["Running"],"containerStatuses":{"machine":{}},"conditions":"x"}}',
        ],
        [
            "others' containers",
            '{"status":{"phase":"Running","containerStatuses":[null,{"name":"x","state":{"running":{}}}]}}',
        ],
    ]) {
        it(`isn't taken for one that runs where the cluster says ${what}`, async () => {
            const { status, stderr } = await ready([{ stdout }, refusedBy("NotFound", "gone")], {}, events());
            assert.equal(status, 1);
            assert.match(stderr, /^web is gone: somebody removed/);
        });
    }
});

describe("a Pod that runs and isn't ready", () => {
    it("shows its reason alone, without kubectl's word for its status", async () => {
        const exec = { ...ENDED(3), stderr: `a.service has failed\n\u001b[31mred\n${ENDED(3).stderr}` };
        const { status, stderr } = await ready(pod(RUNNING), exec);
        assert.deepEqual([status, stderr], [1, "a.service has failed\n\\u{1b}[31mred\n"]);
    });

    it("shows its console where its PID 1 is gone", async () => {
        const { stderr } = await ready([pod(RUNNING), pod(RUNNING), terminated(255)], ENDED(137), LOGS, QUICK_CLOCK);
        assert.equal(
            stderr,
            "web stopped before it was ready. Its console said at last:\n" +
                "Failed to create /init.scope\n\\u{1b}[2JExiting PID 1...\n",
        );
    });

    it("is said to run where only the way to it failed", async function () {
        this.timeout("30s"); // it waits for real seconds
        const lost = { stderr: "Error from server: error dialing backend: dial tcp: i/o timeout\n", status: 1 };
        const { stderr } = await ready(pod(RUNNING), lost, [[/ logs /, { stdout: "login:\n" }]], QUICK_CLOCK);
        assert.equal(
            stderr,
            "web runs, but a command in it can't be followed to its end: error dialing backend: dial tcp: i/o timeout\n" +
                "Its console said at last:\nlogin:\n",
        );
    });

    it("is said to be frozen where the runtime knows it, with the command that ends it", async () => {
        const stderr =
            "error: Internal error occurred: error executing command in container: OCI runtime exec failed: " +
            "exec failed: cannot exec in a paused container\n";
        const frozen = await ready(pod(RUNNING), { stderr, status: 1 });
        assert.equal(
            frozen.stderr,
            "web is frozen: nothing in it moves.\nkubectl --context=kind -n alice delete pod web ends it, with all that " +
                "was provisioned; the next pulumi up makes it anew.\n",
        );
    });
});
