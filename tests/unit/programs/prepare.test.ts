import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { hostname, release } from "node:os";
import { type Answer, type Answers, type Call, runProgram } from "../../support/fake-docker";
import { ONE_SHOT } from "../../support/one-shot";

const NONE = { files: {}, slices: {} };
const GENERATION = "pulumi-centos-systemd.generation";
const ENVIRONMENT = {
    SANDBOX: "alice",
    IMAGE: "sha256:image",
    INSTANCE: "0a1b",
    STALE: "{}",
    HIERARCHY: "",
    RESERVATIONS: "",
    CGROUP: "/sandbox_alice",
    MANAGER: "--system",
    RUNTIME: "/run",
    GIFT: JSON.stringify({ directories: [], owner: 0 }),
    LIMITS: JSON.stringify(NONE),
};
const KERNEL = "bootId=2f1c\ninotifyInstances=1024\nnsdelegate=true\n";

const SCRIPTS = readdirSync("components/programs/on-host").map((file): [string, string] => [
    readFileSync(`components/programs/on-host/${file}`, "utf8"),
    file.replace(/\.sh$/, ""),
]);

/** The script that a call runs on the host; of other calls, their first words. */
function nameOf({ words }: Call): string {
    const [, script] = SCRIPTS.find(([text]) => words.at(-1) === text) ?? [];
    return script ?? words.slice(0, 2).join(" ");
}

/** Options and environment of the container that runs a script, beside those that all have. */
function optionsOf(calls: readonly Call[], script: string): string[] {
    const call = calls.find((each) => nameOf(each) === script);
    assert.ok(call, `${script} was not run`);
    assert.deepEqual(call.words.slice(0, 10), [
        ...["run", ...ONE_SHOT],
        "--label=pulumi-centos-systemd.one-shot=alice",
    ]);
    return call.words.slice(10, call.words.indexOf("sha256:image"));
}

const RUNS: Answers = [
    [/^run .* --volume=\S+:\/reservations /, {}],
    [/^run .* nsenter /, {}],
    [/^run .*--volume=\/proc\/sys\/fs\/inotify:\/inotify /, {}],
    [/^run .* --env=LIMITS=/, {}],
    [/^run .* --env=CGROUPS=/, {}],
    [/^run .*--volume=\/sys\/fs\/cgroup:\/sys\/fs\/cgroup:ro/, { stdout: KERNEL }],
];

interface Container {
    readonly name: string;
    readonly generation?: string;
    readonly state?: object;
    readonly restart?: string;
}

/** The sandbox's containers on the host. */
function there(containers: readonly Container[]): Answers {
    const things = containers.map(({ name, generation = "1", state, restart = "no" }) => ({
        Id: `${name}-id`,
        Name: `/${name}`,
        State: { Status: "running", ExitCode: 0, ...state },
        Config: { Labels: { [GENERATION]: generation } },
        HostConfig: { RestartPolicy: { Name: restart } },
    }));
    return [
        [
            /^ps --all .*label=pulumi-centos-systemd\.instance=0a1b$/,
            { stdout: things.map(({ Id }) => `${Id}\n`).join("") },
        ],
        [/^container inspect/, { stdout: JSON.stringify(things) }],
    ];
}

/** An engine on this machine's own kernel, with enough inotify instances or not. */
const info = (kernel: object): Answers[0] => [/^info/, { stdout: JSON.stringify({ Name: "far", ...kernel }) }];

async function prepare(environment: Partial<typeof ENVIRONMENT> & Record<string, string>, answers: Answers = []) {
    const all = [...answers, [NEVER_RAN, {}] as const, ...RUNS, info({}), ...there([])];
    const ran = await runProgram("prepare", all, { ...ENVIRONMENT, ...environment });
    // It begins with that question each time.
    const [first, ...calls] = ran.calls;
    assert.match(first.words.join(" "), NEVER_RAN);
    return { ...ran, calls, names: calls.map(nameOf) };
}

const NEVER_RAN = /^ps --all .*status=created .*label=pulumi-centos-systemd\.one-shot=alice$/;
const HIERARCHY = { HIERARCHY: "/run/ours/cgroup" };
const RESERVED = { ...HIERARCHY, RESERVATIONS: "/run/ours/reservations" };
const MOUNTED: Answer = { stdout: `${KERNEL}hierarchy=true\n` };
const PROBE = /^run .*--volume=\/sys\/fs\/cgroup:\/sys\/fs\/cgroup:ro/;

describe("the set-up of a host", () => {
    it("looks, and runs nothing that isn't needed", async () => {
        const { status, stdout, stderr, names } = await prepare({});
        assert.deepEqual([status, stdout, stderr], [0, `${JSON.stringify({ limited: NONE })}\n`, ""]);
        assert.deepEqual(names, ["info --format", "probe"]);
    });

    it("runs no container at all where the kernel is our own", async function () {
        const own = info({ Name: hostname(), KernelVersion: release() });
        const enough = Number(readFileSync("/proc/sys/fs/inotify/max_user_instances", "utf8")) >= 1024;
        const { status, names } = await prepare({}, [own]);
        assert.equal(status, 0);
        assert.deepEqual(names, ["info --format", ...(enough ? [] : ["raise-inotify"])]);
    });

    it("fails where the kernel can't be asked, in the engine's words", async () => {
        const { status, stderr } = await prepare({}, [
            [PROBE, { stderr: "docker: Error response from daemon: no space left on device.\n", status: 125 }],
        ]);
        assert.deepEqual([status, stderr], [1, "docker run failed: no space left on device.\n"]);
    });
});

describe("what a killed pulumi up has left", () => {
    const swept = async (stale: Record<string, string>, containers: readonly Container[]) => {
        const { calls, status } = await prepare({ STALE: JSON.stringify(stale) }, [[/^rm /, {}], ...there(containers)]);
        assert.equal(status, 0);
        return calls.filter(({ words }) => words[0] === "rm").map(({ words }) => words);
    };

    it("is a container too that was to run once, and was never started", async () => {
        const { calls } = await prepare({}, [
            [NEVER_RAN, { stdout: "left\n" }],
            [/^rm /, {}],
        ]);
        assert.deepEqual(calls[0].words, ["rm", "--force", "--volumes", "left"]);
    });

    it("goes, with its volumes without a name, where no state knows it", async () => {
        assert.deepEqual(await swept({ "alice-web": "7" }, [{ name: "alice-web", generation: "7" }]), [
            ["rm", "--force", "--volumes", "alice-web-id"],
        ]);
    });

    it("goes even where it was itself in the place of another one", async () => {
        assert.equal((await swept({ "alice-web": "7" }, [{ name: "alice-web", generation: "7~6" }])).length, 1);
    });

    it("stays where it is of another generation, or nobody needs its name", async () => {
        assert.deepEqual(
            await swept({ "alice-web": "7" }, [
                { name: "alice-web", generation: "8~7" },
                { name: "alice-db", generation: "7" },
                { name: "alice-old", generation: "" },
            ]),
            [],
        );
    });

    it("isn't looked for where nothing is stale", async () => {
        const { names } = await prepare({}, there([{ name: "alice-web" }]));
        assert.ok(!names.includes("ps --all"));
    });
});

describe("a name=systemd hierarchy on the host", () => {
    it("isn't mounted where one is, but reserved before the look, so that it stays", async () => {
        const { status, stderr, names, calls } = await prepare(RESERVED, [[PROBE, MOUNTED]]);
        assert.deepEqual([status, stderr], [0, ""]);
        assert.deepEqual(names, ["reserve", "probe", "ps --all"]);
        assert.deepEqual(optionsOf(calls, "reserve"), [
            "--volume=/run/ours/reservations:/reservations",
            "--env=CGROUP=/sandbox_alice",
        ]);
    });

    it("isn't reserved where it is the host's own", async () => {
        const { names } = await prepare({ HIERARCHY: "/sys/fs/cgroup/systemd" }, [[PROBE, MOUNTED]]);
        assert.deepEqual(names, ["probe"]);
    });

    it("is mounted where there is none, said so, and looked at again", async () => {
        const none = { stdout: KERNEL };
        const { status, stderr, names, calls } = await prepare(RESERVED, [[PROBE, [none, MOUNTED]]]);
        assert.equal(status, 0);
        assert.equal(stderr, "No name=systemd hierarchy at /run/ours/cgroup of the host: mounting one.\n");
        assert.deepEqual(names, ["reserve", "probe", "mount-hierarchy", "probe", "ps --all"]);
        assert.deepEqual(optionsOf(calls, "mount-hierarchy"), [
            "--pid=host",
            "--cap-add=SYS_ADMIN",
            "--cap-add=SYS_CHROOT",
            "--cap-add=SYS_PTRACE",
            "--security-opt=apparmor=unconfined",
            "--env=TARGET=/run/ours/cgroup",
        ]);
    });

    it("is mounted by the shell that the host's mount namespace is entered with", async () => {
        const { calls } = await prepare(HIERARCHY, [[PROBE, [{ stdout: KERNEL }, MOUNTED]]]);
        const { words } = calls.find((call) => nameOf(call) === "mount-hierarchy") as Call;
        assert.deepEqual(words.slice(words.indexOf("sha256:image"), -1), [
            "sha256:image",
            "/bin/sh",
            "-c",
            'exec nsenter --mount="/proc/$PPID/ns/mnt" --cgroup="/proc/$PPID/ns/cgroup" /bin/sh -euc "$0"',
        ]);
    });

    it("that can't be mounted fails with the reason, the rights that it takes and the way out", async () => {
        const refused = { stderr: "mount: /run/ours/cgroup: permission denied.\u0007\n", status: 32 };
        const { status, stdout, stderr } = await prepare(HIERARCHY, [
            [/nsenter/, refused],
            [PROBE, { stdout: KERNEL }],
        ]);
        assert.deepEqual([status, stdout], [1, ""]);
        assert.equal(
            stderr,
            "No name=systemd hierarchy at /run/ours/cgroup of the host: mounting one.\n" +
                "The name=systemd hierarchy could not be mounted at /run/ours/cgroup on the host: " +
                "mount: /run/ours/cgroup: permission denied.\\u{7}\n" +
                "The mount takes CAP_SYS_ADMIN, CAP_SYS_CHROOT and CAP_SYS_PTRACE in a one-shot container.\n" +
                "If it must not get them, do it yourself: " +
                "mkdir -p /run/ours/cgroup && mount -t cgroup -o none,name=systemd,xattr cgroup /run/ours/cgroup\n",
        );
    });

    it("that containers don't see afterwards is none", async () => {
        const { status, stderr } = await prepare(HIERARCHY, [[PROBE, { stdout: KERNEL }]]);
        assert.equal(status, 1);
        assert.match(stderr, /was mounted at \/run\/ours\/cgroup of the host, but containers don't see it there\.\n$/);
    });
});

describe("the host's inotify instances", () => {
    const FEW: Answers[0] = [PROBE, { stdout: KERNEL.replace("1024", "128") }];

    it("are raised where they are too few, and it is said", async () => {
        const { status, stderr, calls } = await prepare({}, [FEW]);
        assert.equal(status, 0);
        assert.equal(
            stderr,
            "fs.inotify.max_user_instances is 128, enough for about 10 machines: raised to 1024 until the next reboot.\n",
        );
        assert.deepEqual(optionsOf(calls, "raise-inotify"), [
            "--volume=/proc/sys/fs/inotify:/inotify",
            "--env=INSTANCES=1024",
        ]);
    });

    it("may stay too few: it is said how to raise them, and no error", async () => {
        const refused: Answers[0] = [/\/inotify /, { stderr: "sh: can't create: Read-only file system\n", status: 2 }];
        const { status, stdout, stderr } = await prepare({}, [FEW, refused]);
        assert.deepEqual([status, stdout], [0, `${JSON.stringify({ limited: NONE })}\n`]);
        assert.equal(
            stderr,
            "fs.inotify.max_user_instances is 128, enough for about 10 machines, and may not be raised from here. " +
                "For more: sysctl -w fs.inotify.max_user_instances=1024\n",
        );
    });

    it("stay as they are where they are enough, or more", async () => {
        const { names, stderr } = await prepare({}, [[PROBE, { stdout: KERNEL.replace("1024", "8192") }]]);
        assert.deepEqual([names.includes("raise-inotify"), stderr], [false, ""]);
    });
});

describe("the cgroups of machines whose root isn't the host's", () => {
    const GIFT = JSON.stringify({ directories: ["/sys/fs/cgroup/sandbox_alice/web"], owner: 300_000 });

    it("are given to it, in a container which may do just that", async () => {
        const { names, calls } = await prepare({ GIFT });
        assert.deepEqual(names, ["info --format", "probe", "give", "ps --all"]);
        assert.deepEqual(optionsOf(calls, "give"), [
            "--cap-add=CHOWN",
            "--cap-add=DAC_OVERRIDE",
            "--cgroupns=host",
            "--volume=/sys/fs/cgroup:/sys/fs/cgroup:rw",
            "--env=CGROUPS=/sys/fs/cgroup/sandbox_alice/web",
            "--env=OWNER=300000",
        ]);
    });

    it("are there again after a reboot for those that ended without", async () => {
        const web = { name: "alice-web", state: { Status: "exited", ExitCode: 255 }, restart: "always" };
        const { calls } = await prepare({ GIFT }, [[/^restart/, {}], ...there([web])]);
        assert.deepEqual(calls.at(-1)?.words, ["restart", "-t", "0", "alice-web-id"]);
    });

    it("that can't be given fail", async () => {
        const refused: Answers[0] = [/--env=CGROUPS=/, { stderr: "chown: Operation not permitted\n", status: 1 }];
        const { status, stderr } = await prepare({ GIFT }, [refused]);
        assert.deepEqual([status, stderr], [1, "docker run failed: chown: Operation not permitted\n"]);
    });
});

describe("the limits around machines", () => {
    const files = {
        "/sandbox_alice/web": ["- memory.max 1073741824", "- pids.max 50"],
        "/sandbox_alice/db": ["- cpu.max 50000 100000"],
    };
    const slices = { "sandbox_alice-web.slice": ["MemoryMax=1024", "CPUQuota=50%"] };
    const limited = (limits: Partial<typeof NONE>) => JSON.stringify({ ...NONE, ...limits });
    const linesOf = (calls: readonly Call[], variable: "LIMITS" | "SLICES") =>
        optionsOf(calls, "limits")
            .find((option) => option.startsWith(`--env=${variable}=`))
            ?.replace(`--env=${variable}=`, "")
            .split("\n");

    it("are written all in one container, which may do just that, and remembered", async () => {
        const { stdout, names, calls } = await prepare({ LIMITS: limited({ files }) });
        assert.deepEqual(JSON.parse(stdout), { limited: { files, slices: {} } });
        assert.deepEqual(names, ["info --format", "probe", "limits"]);
        assert.deepEqual(linesOf(calls, "LIMITS"), [
            "/sandbox_alice/web - memory.max 1073741824",
            "/sandbox_alice/web - pids.max 50",
            "/sandbox_alice/db - cpu.max 50000 100000",
        ]);
        assert.deepEqual(optionsOf(calls, "limits").slice(0, 6), [
            "--cap-add=DAC_OVERRIDE",
            "--cgroupns=host",
            "--volume=/sys/fs/cgroup:/sys/fs/cgroup:rw",
            "--env=XDG_RUNTIME_DIR=/run",
            "--env=MANAGER=--system",
            `--env=LIMITS=${linesOf(calls, "LIMITS")?.join("\n")}`,
        ]);
    });

    it("are taken back where a machine has none any more, or has gone", async () => {
        const web = files["/sandbox_alice/web"];
        const before = {
            "/sandbox_alice/web": ["- memory.max 1", "- pids.max 1"],
            "/sandbox_alice/old": ["pids pids.max 100", "- cpu.max 50000 100000"],
        };
        const { stdout, calls } = await prepare({
            LIMITS: limited({ files: { "/sandbox_alice/web": web } }),
            PULUMI_COMMAND_STDOUT: JSON.stringify({ limited: { files: before, slices: {} } }),
        });
        assert.deepEqual(linesOf(calls, "LIMITS"), [
            "/sandbox_alice/web - memory.max 1073741824",
            "/sandbox_alice/web - pids.max 50",
            "/sandbox_alice/old pids pids.max max",
            "/sandbox_alice/old - cpu.max max",
        ]);
        assert.deepEqual(JSON.parse(stdout), { limited: { files: { "/sandbox_alice/web": web }, slices: {} } });
    });

    it("need no container where there are none, and were none", async () => {
        for (const PULUMI_COMMAND_STDOUT of ["", "set up by version 0.1", '{"limited":{}}']) {
            assert.ok(!(await prepare({ PULUMI_COMMAND_STDOUT })).names.includes("limits"));
        }
    });

    it("are told to the host's systemd where that manages cgroups, and taken back from each slice once", async () => {
        const old = { "sandbox_alice-old.slice": ["MemoryMax=1", "TasksMax=50"] };
        const { calls, names } = await prepare({
            LIMITS: limited({ files, slices }),
            PULUMI_COMMAND_STDOUT: JSON.stringify({ limited: { files, slices: old } }),
        });
        assert.deepEqual(names, ["info --format", "probe", "limits"]);
        assert.deepEqual(optionsOf(calls, "limits").slice(3, 5), [
            "--pid=host",
            "--volume=/run/systemd:/run/systemd:ro",
        ]);
        assert.deepEqual(linesOf(calls, "SLICES"), [
            "sandbox_alice-web.slice MemoryMax=1024 CPUQuota=50%",
            "sandbox_alice-old.slice",
        ]);
    });

    it("are told to the systemd of the user whose engine it is", async () => {
        const { calls } = await prepare({ LIMITS: limited({ slices }), MANAGER: "--user", RUNTIME: "/run/user/1000" });
        assert.deepEqual(optionsOf(calls, "limits").slice(3, 7), [
            "--pid=host",
            "--volume=/run/user/1000/systemd:/run/user/1000/systemd:ro",
            "--env=XDG_RUNTIME_DIR=/run/user/1000",
            "--env=MANAGER=--user",
        ]);
    });

    it("that can't be written fail, and aren't remembered", async () => {
        const refused: Answers[0] = [/--env=LIMITS=/, { stderr: "sh: 1: cannot create pids.max\n", status: 2 }];
        const { status, stdout, stderr } = await prepare({ LIMITS: limited({ files }) }, [refused]);
        assert.deepEqual([status, stdout, stderr], [1, "", "docker run failed: sh: 1: cannot create pids.max\n"]);
    });
});

describe("machines that a reboot of the host has stopped in vain", () => {
    const restarted = async (environment: Record<string, string>, containers: readonly Container[]) => {
        const answers: Answers = [[PROBE, MOUNTED], [/^restart /, {}], ...there(containers)];
        const { calls, status } = await prepare(environment, answers);
        assert.equal(status, 0);
        return calls.filter(({ words }) => words[0] === "restart").map(({ words }) => words.slice(1));
    };
    const lost = { Status: "exited", ExitCode: 255 };

    it("are started again where that is their policy", async () => {
        assert.deepEqual(
            await restarted(RESERVED, [
                { name: "alice-a", state: lost, restart: "always" },
                { name: "alice-b", state: lost, restart: "unless-stopped" },
                { name: "alice-c", state: { ...lost, Status: "restarting" }, restart: "always" },
            ]),
            ["alice-a-id", "alice-b-id", "alice-c-id"].map((id) => ["-t", "0", id]),
        );
    });

    it("are left alone where anything else has stopped them, or they have no policy", async () => {
        assert.deepEqual(
            await restarted(RESERVED, [
                { name: "alice-a", state: { Status: "exited", ExitCode: 0 }, restart: "always" },
                { name: "alice-b", state: { Status: "exited", ExitCode: 137 }, restart: "always" },
                { name: "alice-c", state: { Status: "running", ExitCode: 255 }, restart: "always" },
                { name: "alice-d", state: lost, restart: "no" },
                { name: "alice-e", state: lost, restart: "on-failure" },
            ]),
            [],
        );
    });

    it("aren't looked for where the hierarchy is the host's own", async () => {
        const machine = { name: "alice-a", state: lost, restart: "always" };
        assert.deepEqual(await restarted({ HIERARCHY: "/sys/fs/cgroup/systemd" }, [machine]), []);
    });
});
