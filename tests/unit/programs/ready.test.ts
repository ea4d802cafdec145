import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Answer, type Answers, type Call, runProgram } from "../../support/fake-docker";
import { WAITING } from "../../support/program-input";
import { QUICK_CLOCK } from "../../support/quick-clock";

const PORTS = { "80/tcp": [{ HostIp: "127.0.0.1", HostPort: "8080" }], "22/tcp": null };

/** What the engine says of the machine. */
const inspected = (State: object, settings: object = {}): Answer => ({
    stdout: JSON.stringify([
        {
            State: { Status: "running", ExitCode: 0, ...State },
            NetworkSettings: {
                Ports: PORTS,
                Networks: {
                    other: { NetworkID: "other-id", IPAddress: "10.9.9.9" },
                    alice: { NetworkID: "alice-id", IPAddress: "10.0.0.2" },
                },
                ...settings,
            },
        },
    ]),
});
const SAID = '{"state":"running","systemdVersion":252,"bootMilliseconds":512}\n';
const NO_SUCH: Answer = { stdout: "[]\n", stderr: "Error: No such container: alice-web\n", status: 1 };

const ENVIRONMENT = {
    MACHINE: "alice-web",
    NETWORK: "alice-id",
    PUBLISHED: JSON.stringify([{ port: 80, protocol: "tcp", hostAddress: "127.0.0.1", hostPort: 8080 }]),
    ...WAITING,
};

/** Awaits a machine of which the engine says this, one after the other, and whose exec answers that. */
function ready(
    inspect: Answer | readonly Answer[],
    exec: Answer | readonly Answer[],
    rest: Answers = [],
    environment: Record<string, string> = {},
) {
    const answers: Answers = [[/^container inspect alice-web$/, inspect], [/^exec /, exec], ...rest];
    return runProgram("ready", answers, { ...ENVIRONMENT, ...environment });
}

const verbs = (calls: readonly Call[]) => calls.map(({ words }) => words[0]);

describe("a machine that is awaited", () => {
    it("isn't started where it runs; what it says is handed on, and what the engine says of it", async () => {
        const { status, stdout, calls } = await ready(inspected({}), { stdout: SAID });
        assert.equal(status, 0);
        assert.deepEqual(JSON.parse(stdout), {
            state: "running",
            systemdVersion: 252,
            bootMilliseconds: 512,
            address: "10.0.0.2",
            ports: ["127.0.0.1:8080->80/tcp"],
        });
        assert.match(stdout, /^[^\n]+\n$/);
        assert.deepEqual(verbs(calls), ["container", "container", "exec"]);
    });

    for (const Status of ["created", "exited", "restarting"]) {
        it(`is started where it is ${Status}`, async () => {
            const { status, calls } = await ready([inspected({ Status }), inspected({})], { stdout: SAID }, [
                [/^start alice-web$/, {}],
            ]);
            assert.equal(status, 0);
            assert.deepEqual(verbs(calls), ["container", "start", "container", "exec"]);
        });
    }

    it("gets the script by standard input, and its conditions by the environment, all in one exec", async () => {
        const conditions = {
            UNITS: "a.service b.socket",
            PORTS: "80",
            COMMAND: 'test "$x"',
            STATES: "running|degraded",
        };
        const exec = {
            run: `printf '{"state":"%s"}' "$TIMEOUT,$STATES,$UNITS,$PORTS,$(echo "$COMMAND" | tr -d '"')"`,
        };
        const { stdout, calls } = await ready(inspected({}), exec, [], conditions);
        assert.equal(
            (JSON.parse(stdout) as { state: string }).state,
            "1,running|degraded,a.service b.socket,80,test $x",
        );
        const [{ words, stdin }] = calls.filter(({ words: [verb] }) => verb === "exec");
        assert.equal(stdin, readFileSync("components/programs/in-machine/ready.sh", "utf8"));
        assert.deepEqual(words.slice(-3), ["alice-web", "/bin/sh", "-s"]);
        assert.deepEqual(
            words.filter((word) => /^[A-Z]+$/.test(word)),
            ["TIMEOUT", "STATES", "UNITS", "PORTS", "COMMAND"],
        );
    });

    it("has no address where it isn't on the network that it is asked for", async () => {
        const { stdout } = await ready(inspected({}), { stdout: SAID }, [], { NETWORK: "none-of-these" });
        assert.equal((JSON.parse(stdout) as { address: string }).address, "");
    });

    it("tells its host key where it has one, and no more than a line could be", async () => {
        const key = "ssh-ed25519 AAAA root@web";
        const answers = [{ stdout: SAID }, { stdout: `${key}\n` }];
        const { stdout, calls } = await ready(inspected({}), answers, [], { SSH: "yes" });
        assert.equal((JSON.parse(stdout) as { hostKey: string }).hostKey, key);
        assert.equal(calls.at(-1)?.stdin, readFileSync("components/programs/in-machine/host-key.sh", "utf8"));
        const endless = [{ stdout: SAID }, { stdout: "x".repeat(100_000) }];
        const { hostKey } = JSON.parse((await ready(inspected({}), endless, [], { SSH: "yes" })).stdout) as {
            hostKey: string;
        };
        assert.equal(hostKey.length, 1024);
    });
});

describe("a machine that can't be started", () => {
    const start = (stderr: string) =>
        ready(inspected({ Status: "exited" }), {}, [[/^start alice-web$/, { stderr, status: 1 }]]);

    it("says why, in the engine's words", async () => {
        const { status, stdout, stderr } = await start(
            "Error response from daemon: error gathering device information: no such file\n" +
                "Error: failed to start containers: alice-web\n",
        );
        assert.deepEqual([status, stdout], [1, ""]);
        assert.equal(stderr, "alice-web can't be started: error gathering device information: no such file\n");
    });

    for (const why of [
        "driver failed programming external connectivity: Bind for 127.0.0.1:8080 failed: port is already allocated",
        "rootlessport listen tcp 127.0.0.1:8080: bind: address already in use",
    ]) {
        it(`says what to do where another program has its port: ${why}`, async () => {
            const { stderr } = await start(
                `Error response from daemon: ${why}\nError: failed to start containers: alice-web\n`,
            );
            assert.equal(
                stderr,
                `alice-web can't be started: ${why}\n` +
                    "Another program of the host listens there: choose another hostPort, or leave it out for a free one.\n",
            );
        });
    }

    const OCI =
        "failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process";
    for (const [why, mend] of [
        [
            "Error starting userland proxy: listen tcp4 203.0.113.7:32777: bind: cannot assign requested address",
            /^`hostAddress` in `ports` is no address of the host: .*127\.0\.0\.1\.$/,
        ],
        [
            "driver failed: failed to expose ports: cannot expose privileged port 80, you can add 'net.ipv4.ip_unprivileged_port_start=80'",
            /^`hostPort` in `ports` is below/,
        ],
        [
            'error gathering device information while adding custom device "/dev/nosuch": no such file or directory',
            /^`devices` has \/dev\/nosuch, which is no device of the host/,
        ],
        [
            'error gathering device information while adding custom device "/dev/shm": not a device node',
            /^`devices` has \/dev\/shm, which is no device of the host/,
        ],
        ['could not select device driver "" with capabilities: [[gpu]]', /^`gpus` needs a GPU and the NVIDIA/],
        ["failed to discover GPU vendor from CDI: no known GPU vendor found", /^`gpus` needs a GPU/],
        [
            `${OCI}: error during container init: open /proc/sys/net/core/nosuch: no such file or directory: unknown`,
            /^`sysctls` has net\.core\.nosuch, which the host's kernel doesn't have for a machine/,
        ],
        [
            `${OCI}: error during container init: write /proc/sys/net/core/somaxconn: invalid argument: unknown`,
            /^`sysctls` has a value for net\.core\.somaxconn that the host's kernel refuses/,
        ],
        [
            `${OCI}: error during container init: error setting rlimits for ready process: error setting rlimit type 7: operation not permitted: unknown`,
            /^`ulimits\.nofile` is more than the host's engine may give/,
        ],
        [
            `${OCI}: error during container init: error setting rlimits for ready process: error setting rlimit type 13: operation not permitted: unknown`,
            /^`ulimits\.nice` is more/,
        ],
        [
            "crun: setrlimit `RLIMIT_MEMLOCK`: Operation not permitted: OCI permission denied",
            /^`ulimits\.memlock` is more/,
        ],
        [
            `${OCI}: error during container init: unable to apply apparmor profile: apparmor failed to apply profile: write /proc/self/attr/exec: no such file or directory`,
            /^`appArmor` names no profile that the host has loaded/,
        ],
        [
            `${OCI}: error during container init: unable to apply caps: unknown capability "CAP_CHECKPOINT_RESTORE"`,
            /^`capabilities` has CHECKPOINT_RESTORE, which the host's kernel or engine doesn't have/,
        ],
        [
            "OCI runtime create failed: runc create failed: string SCMP_ARCH_NOSUCH is not a valid arch for seccomp: unknown",
            /^`seccomp` is a profile that the host's runtime can't use/,
        ],
    ] as const) {
        it(`names the argument where only the engine could know: ${why.slice(-60)}`, async () => {
            const { stderr } = await start(`Error response from daemon: ${why}\n`);
            const [said, meant] = stderr.trimEnd().split("\n");
            assert.equal(said, `alice-web can't be started: ${why}`);
            assert.match(meant, mend);
        });
    }

    it("isn't there any more where somebody removed it", async () => {
        const { status, stderr } = await ready(NO_SUCH, {});
        assert.equal(status, 1);
        assert.equal(stderr, "alice-web is gone: somebody removed the container. The next pulumi up makes it anew.\n");
    });

    it("isn't said to be gone where the engine doesn't answer", async () => {
        const silent = { stdout: "[]\n", stderr: "Cannot connect to the Docker daemon.\n", status: 1 };
        const { stderr } = await ready(silent, {});
        assert.equal(stderr, "docker container inspect failed: Cannot connect to the Docker daemon.\n");
    });
});

describe("a machine that isn't ready", () => {
    let directory: string;

    beforeEach(() => (directory = mkdtempSync(join(tmpdir(), "ready-"))));
    afterEach(() => rmSync(directory, { recursive: true }));

    it("shows its reason alone, without what a terminal would obey", async () => {
        const reason = "a.service has failed\n\u001b[31m● a.service\u001b[0m\r\n\tlast words\u0007\n\n";
        const { status, stdout, stderr } = await ready(inspected({}), { stderr: reason, status: 3 });
        assert.deepEqual([status, stdout], [1, ""]);
        assert.equal(stderr, "a.service has failed\n\\u{1b}[31m● a.service\\u{1b}[0m\n    last words\\u{7}\n");
    });

    it("shows its console at last where its PID 1 is gone, which takes the exec with it", async () => {
        const { status, stderr, calls } = await ready(
            [inspected({}), inspected({}), inspected({}), inspected({ Status: "exited", ExitCode: 255 })],
            { status: 137 },
            [[/^logs --tail=16 alice-web$/, { stdout: "Failed to mount cgroup\r\n\u001b[2JExiting PID 1...\r\n" }]],
            QUICK_CLOCK,
        );
        assert.equal(status, 1);
        assert.equal(
            stderr,
            "alice-web stopped before it was ready. Its console said at last:\n" +
                "Failed to mount cgroup\n\\u{1b}[2JExiting PID 1...\n",
        );
        // Its last words come while it stops.
        assert.deepEqual(verbs(calls).slice(2), ["exec", "container", "container", "logs", "container"]);
    });

    it("isn't said to have stopped where it runs, and could only not be asked", async function () {
        this.timeout("30s"); // it waits for real seconds
        const { status, stderr } = await ready(
            inspected({}),
            {
                stderr: "OCI runtime exec failed: exec failed: cannot fork: resource temporarily unavailable\n",
                status: 126,
            },
            [[/^logs/, { stdout: "web login:\n" }]],
            QUICK_CLOCK,
        );
        assert.equal(status, 1);
        assert.equal(
            stderr,
            "alice-web runs, but a command in it ended with exit status 126: " +
                "OCI runtime exec failed: exec failed: cannot fork: resource temporarily unavailable\n" +
                "Its console said at last:\nweb login:\n",
        );
    });

    it("is said to be frozen where the engine knows it, with the command that mends it", async () => {
        // Docker's CLI has it on standard output.
        const stdout = "OCI runtime exec failed: exec failed: cannot exec in a paused container\n";
        const frozen = await ready(inspected({}), { stdout, status: 126 });
        assert.equal(
            frozen.stderr,
            "alice-web is frozen: nothing in it moves.\ndocker restart alice-web brings it back.\n",
        );
    });

    it("ends after its time where the exec hangs, even if it has children that hold on to its output", async function () {
        this.timeout("30s"); // it waits for real seconds
        const file = join(directory, "pid");
        const hangs = { run: `sleep 60 & echo $! >${file}; wait` };
        const { status, stdout, stderr } = await ready(inspected({}), hangs, [], QUICK_CLOCK);
        // Nobody has waited for it.
        assert.ok(process.kill(Number(readFileSync(file, "utf8"))));
        assert.deepEqual([status, stdout], [1, ""]);
        assert.equal(
            stderr,
            "alice-web gives no answer: a command in it did not end within 16 s.\n" +
                "It may be frozen, or short of memory: docker restart alice-web brings it back.\n",
        );
    });
});

describe("what root in a machine prints in place of an answer", () => {
    const handedOn = async (printed: string) => {
        const { status, stdout } = await ready(inspected({}), { stdout: printed });
        assert.equal(status, 0);
        return JSON.parse(stdout) as Record<string, unknown>;
    };

    for (const [what, printed] of [
        ["nothing", ""],
        ["null", "null"],
        ["a number", "7"],
        ["a list", "[1]"],
        ["no JSON", "running"],
        ["two answers", `${SAID}${SAID}`],
    ]) {
        it(`is no state of it: ${what}`, async () => {
            assert.deepEqual(await handedOn(printed), { address: "10.0.0.2", ports: ["127.0.0.1:8080->80/tcp"] });
        });
    }

    it("has an end, however much it is", async () => {
        const { status, stdout } = await ready(inspected({}), { run: "head -c 600000000 /dev/zero" });
        assert.equal(status, 0);
        assert.deepEqual(JSON.parse(stdout), { address: "10.0.0.2", ports: ["127.0.0.1:8080->80/tcp"] });
    });

    it("never gets in the place of what the engine says", async () => {
        const hostile = {
            address: "6.6.6.6",
            ports: ["0.0.0.0:22->22/tcp"],
            hostKey: "ssh-ed25519 EVIL",
            __proto__: { address: "6.6.6.6" },
            container: "other",
        };
        const text = JSON.stringify(hostile).replace("{", '{"__proto__":{"hostKey":"x"},"state":"running",');
        assert.deepEqual(await handedOn(text), {
            state: "running",
            address: "10.0.0.2",
            ports: ["127.0.0.1:8080->80/tcp"],
        });
    });

    it("stays within its own keys, whatever is in it", async () => {
        const state = 'running","address":"6.6.6.6';
        const { address, ...rest } = await handedOn(JSON.stringify({ state, systemdVersion: { deep: [1] } }));
        assert.equal(address, "10.0.0.2");
        assert.deepEqual(rest.state, state);
        assert.deepEqual(rest.systemdVersion, { deep: [1] });
    });
});
