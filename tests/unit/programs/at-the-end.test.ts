import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { scriptText } from "../../../components/operations/program";
import { type Answers, type Call, type Ran, withFakeDocker } from "../../support/fake-docker";
import { runShell, SHELLS } from "../../support/shell";
import { ONE_SHOT } from "../../support/one-shot";

/** Runs a script as a Command's `delete`. */
const atTheEnd = (name: string, answers: Answers, environment: Record<string, string>): Promise<Ran> =>
    withFakeDocker(["/bin/sh", "-c", scriptText(name)], answers, environment);

const lines = (calls: readonly Call[]) => calls.map(({ words }) => words.join(" "));
const UNREACHABLE = { stderr: "Cannot connect to the Docker daemon at unix:///nowhere.\n", status: 1 };

describe("a script in the state", () => {
    it("has no comments, and all the rest", () => {
        for (const name of ["end-claim", "guard-base", "remove-image", "remove-network", "remove-sandbox"]) {
            const text = scriptText(name);
            assert.doesNotMatch(text, /^\s*#/m);
            const file = readFileSync(`components/programs/at-the-end/${name}.sh`, "utf8");
            const code = file.split("\n").filter((line) => line.trim() !== "" && !/^\s*#/.test(line));
            assert.deepEqual(
                text.split("\n").filter((line) => line.trim() !== ""),
                code,
            );
        }
    });
});

const CLAIM = {
    SANDBOX: "alice",
    LABEL: "our.instance=",
    PULUMI_COMMAND_STDOUT: '{"owner":"\\"instance\\":\\"","instance":"0a1b"}',
};

describe("the end of an expiry", () => {
    it("is its volume's, whether or not that is there", async () => {
        const there: Answers = [[/^volume rm --force alice\.expiry$/, { stdout: "alice.expiry\n" }]];
        assert.deepEqual((await atTheEnd("end-expiry", there, { SANDBOX: "alice" })).status, 0);
        const { status, stderr } = await atTheEnd("end-expiry", [[/^volume/, UNREACHABLE]], { SANDBOX: "alice" });
        assert.deepEqual([status, stderr], [1, UNREACHABLE.stderr]);
    });
});

describe("the end of a claim", () => {
    it("is that of an expiry too which no state knows", async () => {
        const { status, stdout, calls } = await atTheEnd(
            "end-claim",
            [[/^volume rm --force alice\.expiry$/, { stdout: "alice.expiry\n" }]],
            { ...CLAIM, PULUMI_COMMAND_STDOUT: "Alice" },
        );
        assert.deepEqual([status, stdout, calls.length], [0, "", 1]);
    });

    it("fails where the engine does", async () => {
        for (const silent of [/^volume/, /^network ls/]) {
            const { status, stderr } = await atTheEnd(
                "end-claim",
                [
                    [silent, UNREACHABLE],
                    [/^volume/, {}],
                ],
                CLAIM,
            );
            assert.deepEqual([status, stderr], [1, UNREACHABLE.stderr]);
        }
    });

    it("is that of a network too which a killed `pulumi up` has left, and of no other's", async () => {
        const { status, calls } = await atTheEnd(
            "end-claim",
            [
                [/^volume/, {}],
                [/^network ls --quiet --filter label=our\.instance=0a1b$/, { stdout: "left\n" }],
                [/^network rm left$/, { stdout: "left\n" }],
            ],
            CLAIM,
        );
        assert.deepEqual([status, calls.length], [0, 3]);
        const none = await atTheEnd(
            "end-claim",
            [
                [/^volume/, {}],
                [/^network ls/, {}],
            ],
            CLAIM,
        );
        assert.deepEqual([none.status, none.calls.length], [0, 2]);
    });
});

describe("the end of a network", () => {
    const remove = (answer: Answers[0][1]) =>
        atTheEnd("remove-network", [[/^network rm net-id$/, answer]], { PULUMI_COMMAND_STDOUT: "net-id" });

    it("is quiet", async () => {
        const { status, stdout, stderr } = await remove({ stdout: "net-id\n" });
        assert.deepEqual([status, stdout, stderr], [0, "", ""]);
    });

    for (const gone of [
        "Error: No such network: net-id",
        "Error response from daemon: network net-id not found",
        "Error response from daemon: unable to find network with name or ID net-id: network not found",
    ]) {
        it(`has come already where the engine says: ${gone}`, async () => {
            const { status, stderr } = await remove({ stderr: `${gone}\n`, status: 1 });
            assert.deepEqual([status, stderr], [0, ""]);
        });
    }

    for (const refusal of [
        "Error response from daemon: error while removing network: network alice has active endpoints",
        UNREACHABLE.stderr.trim(),
        "Error response from daemon: a\\tb",
    ]) {
        it(`hasn't come where the engine says: ${refusal}`, async () => {
            const { status, stderr } = await remove({ stderr: `${refusal}\n`, status: 1 });
            assert.deepEqual([status, stderr], [1, `${refusal}\n`]);
        });
    }
});

describe("the end of an image", () => {
    const REPOSITORY = "localhost/pulumi-centos-systemd/alice";
    const LABEL = `pulumi-centos-systemd.image=${REPOSITORY}`;
    const NAME = `${REPOSITORY}:debian-12`;

    interface Image {
        readonly id: string;
        readonly names?: readonly string[];
        readonly users?: readonly string[];
    }

    /** Removes the build `sha256:own` from a host that has these images of its repository, the first of which has the name. */
    async function remove(images: readonly Image[], current: string | undefined, rest: Answers = []) {
        const answers: Answers = [
            ...rest,
            [
                /^image inspect --format=\{\{\.Id\}\} localhost\/pulumi-centos-systemd\/alice:debian-12$/,
                current === undefined ? { stderr: "Error: No such image\n", status: 1 } : { stdout: `${current}\n` },
            ],
            [
                /^image ls --quiet --no-trunc localhost\/pulumi-centos-systemd\/alice$/,
                // Once for each name.
                { stdout: images.flatMap(({ id, names = [] }) => names.map(() => `${id}\n`)).join("") },
            ],
            [
                new RegExp(`^image ls --quiet --no-trunc --filter dangling=true --filter label=${LABEL}$`),
                { stdout: images.flatMap(({ id, names = [] }) => (names.length === 0 ? [`${id}\n`] : [])).join("") },
            ],
            // None on Docker.
            [/^image inspect --format=\{\{\.Parent\}\} sha256:\w+$/, { stdout: "\n" }],
            ...images.flatMap(({ id, names = [], users = [] }): Answers => [
                [new RegExp(`^ps --all --quiet --filter ancestor=${id} --filter label=our.one-shot `), {}],
                [
                    new RegExp(`^ps --all --filter ancestor=${id} `),
                    { stdout: users.map((user) => `${user}\n`).join("") },
                ],
                [
                    new RegExp(`^image inspect --format=\\{\\{range .* ${id}$`),
                    { stdout: `${names.map((name) => `${name}\n`).join("")}\n` },
                ],
            ]),
            [/^image rm /, {}],
        ];
        const ran = await atTheEnd("remove-image", answers, {
            IMAGE_ID: "sha256:own",
            IMAGE_NAME: NAME,
            REPOSITORY,
            LABEL,
            ONE_SHOT: "our.one-shot",
        });
        return { ...ran, removed: lines(ran.calls).filter((line) => line.startsWith("image rm ")) };
    }

    it("takes all names of the build", async () => {
        const { status, stdout, stderr, removed } = await remove(
            [{ id: "sha256:own", names: [NAME, `${REPOSITORY}:build-7`] }],
            "sha256:own",
        );
        assert.deepEqual([status, stdout, stderr], [0, "", ""]);
        assert.deepEqual(removed, [`image rm ${NAME} ${REPOSITORY}:build-7`]);
    });

    describe("of Podman's", () => {
        const own = [{ id: "sha256:own", names: [NAME] }];
        const podman = (names: string, parents: string): Answers => [
            [/^image inspect --format=\{\{\.Parent\}\} sha256:own$/, { stdout: "0a1b\n" }],
            [/^image inspect --format=\{\{join \.RepoTags ""\}\} 0a1b$/, { stdout: `${names}\n` }],
            [/^image ls --all --quiet --no-trunc$/, { stdout: "sha256:0a1b\nsha256:base\n" }],
            [/^image inspect --format=\{\{\.Parent\}\} sha256:0a1b sha256:base$/, { stdout: parents }],
        ];

        it("takes the steps of its build along, and their containers", async () => {
            const { status, removed } = await remove(own, "sha256:own", podman("", "base\n\n"));
            assert.deepEqual([status, removed], [0, [`image rm ${NAME}`, "image rm --force 0a1b"]]);
        });

        it("leaves steps that another build has in common with it", async () => {
            const { status, removed } = await remove(own, "sha256:own", podman("", "base\n0a1b\n"));
            assert.deepEqual([status, removed], [0, [`image rm ${NAME}`]]);
        });

        it("leaves an image that has a name", async () => {
            const { status, removed } = await remove(own, "sha256:own", podman("localhost/base:1", "base\n\n"));
            assert.deepEqual([status, removed], [0, [`image rm ${NAME}`]]);
        });
    });

    it("takes the containers along that were to run once, and never did: who made them was killed", async () => {
        const left =
            "ps --all --quiet --filter ancestor=sha256:own --filter label=our.one-shot --filter status=created";
        const { status, calls, removed } = await remove([{ id: "sha256:own", names: [NAME] }], "sha256:own", [
            [new RegExp(`^${left}$`), { stdout: "1f2e\n" }],
            [/^rm --force --volumes 1f2e$/, {}],
        ]);
        assert.deepEqual([status, removed], [0, [`image rm ${NAME}`]]);
        assert.ok(lines(calls).includes("rm --force --volumes 1f2e"));
    });

    it("leaves a newer build alone, which has taken the name over", async () => {
        const { removed } = await remove(
            [
                { id: "sha256:new", names: [NAME, `${REPOSITORY}:build-8`] },
                { id: "sha256:own", names: [`${REPOSITORY}:build-7`] },
            ],
            "sha256:new",
        );
        assert.deepEqual(removed, [`image rm ${REPOSITORY}:build-7`]);
    });

    it("takes older builds along, and those that have lost all their names", async () => {
        const { removed } = await remove(
            [
                { id: "sha256:own", names: [NAME] },
                { id: "sha256:old", names: [`${REPOSITORY}:build-6`] },
                { id: "sha256:dangling" },
            ],
            "sha256:own",
        );
        assert.deepEqual(removed.sort(), [
            `image rm ${REPOSITORY}:build-6`,
            `image rm ${NAME}`,
            "image rm sha256:dangling",
        ]);
    });

    it("leaves what anybody uses, and says who", async () => {
        const { status, stdout, removed } = await remove(
            [
                { id: "sha256:own", names: [NAME], users: ["alice-web", "bob-web"] },
                { id: "sha256:old", names: [`${REPOSITORY}:build-6`], users: ["carol-web"] },
            ],
            "sha256:own",
        );
        assert.deepEqual([status, removed], [0, []]);
        assert.deepEqual(stdout.trimEnd().split("\n").sort(), [
            "sha256:old stays, it is used by carol-web",
            "sha256:own stays, it is used by alice-web bob-web",
        ]);
    });

    it("leaves a name that somebody else gave it, and so the image", async () => {
        const { removed } = await remove(
            [{ id: "sha256:own", names: [NAME, "mine:latest", `registry:5000/${NAME}`] }],
            "sha256:own",
        );
        assert.deepEqual(removed, [`image rm ${NAME}`]);
    });

    it("does nothing where the image has gone already", async () => {
        const { status, stderr, removed } = await remove([], undefined);
        assert.deepEqual([status, stderr, removed], [0, "", []]);
    });

    it("goes on where one goes meanwhile, or can't be removed", async () => {
        const { status, removed } = await remove(
            [{ id: "sha256:a" }, { id: "sha256:b", names: [`${REPOSITORY}:b`] }, { id: "sha256:own", names: [NAME] }],
            "sha256:own",
            [
                [/^image inspect .* sha256:a$/, { stderr: "Error: No such image: sha256:a\n", status: 1 }],
                [/^image rm .*:b$/, { stderr: "Error response from daemon: conflict\n", status: 1 }],
            ],
        );
        assert.equal(status, 0);
        assert.deepEqual(removed, [`image rm ${REPOSITORY}:b`, `image rm ${NAME}`]);
    });

    it("hasn't come where the engine doesn't answer", async () => {
        for (const silent of [/^image ls --quiet --no-trunc localhost/, /dangling/, /^ps/]) {
            const own = { id: "sha256:own", names: [NAME] };
            const { status, stderr, removed } = await remove([own], "sha256:own", [[silent, UNREACHABLE]]);
            assert.notEqual(status, 0, silent.source);
            assert.equal(stderr, UNREACHABLE.stderr);
            assert.deepEqual(removed, []);
        }
    });
});

describe("a base that is to go", () => {
    const guard = (stdout: string, status = 0, stderr = "") =>
        atTheEnd("guard-base", [[/^ps --all --filter label=our\.base=org\/shop\/base /, { stdout, stderr, status }]], {
            BASE: "org/shop/base",
            LABEL_PREFIX: "our.",
        });
    const REFUSAL = "The base org/shop/base is in use; nothing of it was removed. Destroy these sandboxes first:\n";

    it("may go where nobody uses it", async () => {
        const { status, stdout, stderr, calls } = await guard("");
        assert.deepEqual([status, stdout, stderr], [0, "", ""]);
        assert.equal(calls[0].words.at(-1), '{{.Label "our.stack"}} {{.Label "our.sandbox"}} {{.Label "our.owner"}}');
    });

    it("may not go as long as sandboxes use it: each is named once, with what to do", async () => {
        const { status, stderr } = await guard("bob b Bob B.\nalice alice Alice\nbob b Bob B.\n");
        assert.equal(status, 1);
        assert.equal(
            stderr,
            `${REFUSAL}  alice (stack alice, of Alice): pulumi destroy --stack alice\n` +
                "  b (stack bob, of Bob B.): pulumi destroy --stack bob\n",
        );
    });

    it("shows what others have labelled without what a terminal or a shell would obey", async () => {
        const hostile = "\u001b]0;x\u0007$(reboot);x \u202Esand\u009bbox\u0000 own\\033[2Jer\\nfine\\c\r\n";
        const { status, stderr } = await guard(hostile);
        assert.equal(status, 1);
        assert.equal(stderr, `${REFUSAL}  sandbox, of own\\033[2Jer\\nfine\\c\n`);
    });

    it("may not go where the engine doesn't say who uses it", async () => {
        const { status, stderr } = await guard("", UNREACHABLE.status, UNREACHABLE.stderr);
        assert.deepEqual([status, stderr], [1, UNREACHABLE.stderr]);
    });
});

const SANDBOX = {
    IMAGE: "sha256:own",
    ENGINE: "docker",
    SANDBOX: "alice",
    LABEL: "our.sandbox=",
    ONE_SHOT: "our.one-shot=alice",
    OWN: "our.instance=0a1b",
    CGROUP: "/sandbox_alice",
    SLICE: "",
    MANAGER: "--system",
    RUNTIME: "/run",
    HIERARCHY: "",
    RESERVATIONS: "",
};
const OURS = { HIERARCHY: "/run/ours/cgroup", RESERVATIONS: "/run/ours/reservations" };

/** What runs at the end of a sandbox on a host with these images, of which some can lend a shell. */
async function removeSandbox(
    environment: Partial<typeof SANDBOX> = {},
    host: { images?: readonly string[]; lend?: readonly string[]; running?: string } = {},
    rest: Answers = [],
) {
    const { images = ["sha256:own"], lend = images, running = "" } = host;
    const ran = await atTheEnd(
        "remove-sandbox",
        [
            ...rest,
            [/^ps --quiet --filter label=our\.sandbox=alice$/, { stdout: running }],
            [/^ps --all --quiet --filter label=our\.(one-shot=alice|instance=0a1b) --filter status=created$/, {}],
            [/^image inspect --format=\{\{\.Id\}\} sha256:own$/, { status: images.includes("sha256:own") ? 0 : 1 }],
            [/^image ls --quiet --no-trunc$/, { stdout: images.map((id) => `${id}\n`).join("") }],
            ...lend.map((id): Answers[0] => [new RegExp(`^run .* ${id} `), {}]),
            [/^run .* \/bin\/sh -c :$/, { stderr: "docker: no such image, or no shell in it\n", status: 125 }],
        ],
        { ...SANDBOX, ...environment },
    );
    const runs = ran.calls.filter(({ words }) => words[0] === "run").map(({ words }) => words);
    return { ...ran, runs, work: runs.filter((words) => words.at(-1) !== ":") };
}

const imageOf = (words: readonly string[]) => words.find((word) => word.startsWith("sha256:"));
const optionsOf = (words: readonly string[]) => words.slice(0, words.indexOf(imageOf(words) ?? ""));

describe("the end of a sandbox on its host", () => {
    it("leaves everything where a machine of its own runs: the engine has only got another address", async () => {
        const { status, stderr, calls } = await removeSandbox({}, { running: "1f2e\n" });
        assert.deepEqual([status, stderr], [0, ""]);
        assert.deepEqual(lines(calls), ["ps --quiet --filter label=our.sandbox=alice"]);
    });

    it("removes what a killed pulumi has left, one-shots and machines that were never started", async () => {
        const { status, calls } = await removeSandbox({}, {}, [
            [/^ps --all .* label=our\.one-shot=alice --filter status=created$/, { stdout: "shot\n" }],
            [/^ps --all .* label=our\.instance=0a1b --filter status=created$/, { stdout: "a\nb\n" }],
            [/^rm --force --volumes /, {}],
        ]);
        assert.equal(status, 0);
        assert.deepEqual(
            lines(calls).filter((line) => line.startsWith("rm ")),
            ["rm --force --volumes shot", "rm --force --volumes a b"],
        );
    });

    it("hasn't come where the engine doesn't answer", async () => {
        const { status, stderr, calls } = await removeSandbox({}, {}, [[/^ps/, UNREACHABLE]]);
        assert.deepEqual([status, stderr, calls.length], [1, UNREACHABLE.stderr, 1]);
        const later = await removeSandbox({}, { images: [] }, [[/^image ls/, UNREACHABLE]]);
        assert.deepEqual([later.status, later.stderr], [1, UNREACHABLE.stderr]);
    });

    it("removes its cgroups, in a container that may do nothing else, by its own image's shell", async () => {
        const { status, stderr, work } = await removeSandbox();
        assert.deepEqual([status, stderr], [0, ""]);
        assert.equal(work.length, 1);
        assert.equal(imageOf(work[0]), "sha256:own");
        assert.deepEqual(optionsOf(work[0]), [
            ...["run", ...ONE_SHOT, "--label=our.one-shot=alice"],
            ...["--env=CGROUP=/sandbox_alice", "--env=HIERARCHY=", "--env=RESERVATIONS="],
            ...["--cap-add=DAC_OVERRIDE", "--cgroupns=host", "--volume=/sys/fs/cgroup:/sys/fs/cgroup:rw"],
        ]);
    });

    it("borrows another image's shell where its own is gone, and the first that has one", async () => {
        const { status, stderr, work } = await removeSandbox(
            {},
            { images: ["sha256:scratch", "sha256:other", "sha256:third"], lend: ["sha256:other", "sha256:third"] },
        );
        assert.deepEqual([status, stderr], [0, ""]);
        assert.deepEqual(work.map(imageOf), ["sha256:other"]);
    });

    it("warns where no image can lend one, and is no error: the next boot takes the cgroups", async () => {
        const { status, stderr, work } = await removeSandbox(OURS, { images: ["sha256:scratch"], lend: [] });
        assert.deepEqual([status, work], [0, []]);
        assert.equal(
            stderr,
            "No image on the host can lend a shell: the cgroups /sandbox_alice stay until its next boot.\n",
        );
    });

    it("stops its slice where the host's systemd manages cgroups, and goes on where that has gone", async () => {
        const slice = { SLICE: "sandbox_alice.slice", CGROUP: "/sandbox_alice.slice" };
        const { work } = await removeSandbox(slice);
        assert.equal(work.length, 2);
        assert.deepEqual(work[0].slice(-2), ["--system", "sandbox_alice.slice"]);
        assert.deepEqual(optionsOf(work[0]).slice(-3), [
            "--pid=host",
            "--volume=/run/systemd:/run/systemd:ro",
            "--env=XDG_RUNTIME_DIR=/run",
        ]);
        const { work: ofUser } = await removeSandbox({ ...slice, MANAGER: "--user", RUNTIME: "/run/user/1000" });
        assert.deepEqual(ofUser[0].slice(-2), ["--user", "sandbox_alice.slice"]);
        assert.deepEqual(optionsOf(ofUser[0]).slice(-2), [
            "--volume=/run/user/1000/systemd:/run/user/1000/systemd:ro",
            "--env=XDG_RUNTIME_DIR=/run/user/1000",
        ]);
        const silent = await removeSandbox(slice, {}, [[/ --system sandbox_alice\.slice$/, { status: 1 }]]);
        assert.deepEqual([silent.status, silent.work.length], [0, 2]);
    });

    it("takes back what that systemd was told of its machines, and of no other's, also where the slice has gone", async () => {
        const { work } = await removeSandbox({ SLICE: "sandbox_alice.slice" });
        const [script, ...words] = work[0].slice(-3);
        const runtime = mkdtempSync(join(tmpdir(), "runtime-"));
        for (const unit of ["sandbox_alice-web.slice", "sandbox_alice-db.slice", "sandbox_alicia-web.slice"]) {
            mkdirSync(join(runtime, "systemd/system.control", `${unit}.d`), { recursive: true });
        }
        // It goes on after what fails.
        const { calls, status } = await runShell(`set +e\n${script}`, {
            words,
            environment: { XDG_RUNTIME_DIR: runtime },
            commands: { systemctl: "test $2 != stop" },
        });
        rmSync(runtime, { recursive: true });
        assert.equal(status, 0);
        assert.deepEqual(calls, [
            "systemctl --system stop sandbox_alice.slice",
            "systemctl --system revert sandbox_alice-db.slice",
            "systemctl --system revert sandbox_alice-web.slice",
        ]);
    });

    it("may move Podman's monitors, which outlive their execs", async () => {
        const { work } = await removeSandbox({ ENGINE: "podman" });
        assert.deepEqual(
            optionsOf(work[0]).filter((option) => /pid|NICE/.test(option)),
            ["--pid=host", "--cap-add=SYS_NICE"],
        );
        const docker = await removeSandbox();
        assert.ok(!optionsOf(docker.work[0]).some((option) => /pid|NICE/.test(option)));
    });

    it("takes a hierarchy of ours along, from the host's mount namespace, which no other step enters", async () => {
        const { work } = await removeSandbox(OURS);
        assert.equal(work.length, 2);
        assert.ok(work[0].includes("--volume=/run/ours:/own"));
        assert.ok(!work[0].some((word) => word.includes("SYS_ADMIN")));
        assert.deepEqual(optionsOf(work[1]).slice(10), [
            ...["--env=CGROUP=/sandbox_alice", "--env=HIERARCHY=/run/ours/cgroup"],
            ...["--env=RESERVATIONS=/run/ours/reservations", "--pid=host"],
            ...["--cap-add=SYS_ADMIN", "--cap-add=SYS_CHROOT", "--cap-add=SYS_PTRACE"],
            "--security-opt=apparmor=unconfined",
        ]);
        assert.deepEqual(work[1].slice(-4, -1), [
            "/bin/sh",
            "-c",
            'exec nsenter --mount="/proc/$PPID/ns/mnt" --cgroup="/proc/$PPID/ns/cgroup" /bin/sh -ec "$0"',
        ]);
    });
});

for (const shell of SHELLS) {
    describe(`what a sandbox has on its host, removed by ${shell}`, () => {
        let directory: string;
        /** The script in the container that removes cgroups, and the one in the host's mount namespace. */
        let cgroups = "";
        let hierarchy = "";

        before(async () => {
            const { work } = await removeSandbox(OURS);
            [cgroups, hierarchy] = work.map((words) => words.at(-1) ?? "");
        });
        beforeEach(() => (directory = mkdtempSync(join(tmpdir(), "at-the-end-"))));
        afterEach(() => rmSync(directory, { recursive: true }));

        const make = (...paths: string[]) =>
            paths.forEach((path) => mkdirSync(join(directory, path), { recursive: true }));
        const write = (path: string, text = "") => {
            make(dirname(path));
            writeFileSync(join(directory, path), text);
        };
        const isThere = (path: string) => existsSync(join(directory, path));

        describe("its cgroups", () => {
            const remove = (commands: Record<string, string> = {}) =>
                runShell(cgroups, {
                    shell,
                    environment: { ...SANDBOX, ...OURS },
                    commands: { sleep: ":", ...commands },
                    places: { "/sys/fs/cgroup": join(directory, "cgroup"), "/own/": join(directory, "own/") },
                });

            it("go from every hierarchy, with all that is below, and no other's", async () => {
                make(
                    "cgroup/sandbox_alice/web/init.scope/deep",
                    "cgroup/memory/sandbox_alice/db",
                    "own/cgroup/sandbox_alice/a",
                );
                make("cgroup/sandbox_alice-2", "cgroup/memory/docker/1f2e", "own/cgroup/sandbox_bob");
                const { status, stderr, calls } = await remove();
                assert.deepEqual([status, stderr, calls], [0, "", []]);
                for (const hierarchy of ["cgroup", "cgroup/memory", "own/cgroup"]) {
                    assert.ok(!isThere(`${hierarchy}/sandbox_alice`), hierarchy);
                }
                for (const other of ["cgroup/sandbox_alice-2", "cgroup/memory/docker/1f2e", "own/cgroup/sandbox_bob"]) {
                    assert.ok(isThere(other), other);
                }
            });

            it("go where their paths are longer than any system call takes", async () => {
                make("cgroup/sandbox_alice");
                const here = process.cwd();
                process.chdir(join(directory, "cgroup/sandbox_alice"));
                for (let depth = 0; depth < 40; depth++) {
                    mkdirSync("n".repeat(200));
                    process.chdir("n".repeat(200));
                }
                process.chdir(here);
                const { status, stderr, calls } = await remove();
                assert.deepEqual([status, stderr, calls], [0, "", []]);
                assert.ok(!isThere("cgroup/sandbox_alice"));
            });

            it("aren't there to remove where there was none", async () => {
                make("cgroup/memory");
                const { status, stderr } = await remove();
                assert.deepEqual([status, stderr], [0, ""]);
            });

            it("aren't looked for behind a link of another name", async () => {
                make("cgroup/cpu,cpuacct/sandbox_alice");
                // As the kernel does with a cgroup that has processes.
                write("cgroup/cpu,cpuacct/sandbox_alice/process");
                symlinkSync("cpu,cpuacct", join(directory, "cgroup/cpu"));
                const { stderr } = await remove();
                assert.equal(stderr.trimEnd().split("\n").length, 1);
            });

            it("are waited for while their last process ends", async () => {
                write("cgroup/sandbox_alice/web/process");
                const process = join(directory, "cgroup/sandbox_alice/web/process");
                const { stderr, calls } = await remove({ sleep: `rm -f ${process}` });
                assert.deepEqual([stderr, calls], ["", ["sleep 0.1"]]);
                assert.ok(!isThere("cgroup/sandbox_alice"));
            });

            it("stay where something in them doesn't end, are named, and keep no other from going", async () => {
                write("cgroup/memory/sandbox_alice/web/process");
                make("cgroup/pids/sandbox_alice");
                const { status, stderr, calls } = await remove();
                assert.equal(status, 0);
                assert.equal(
                    stderr,
                    `${directory}/cgroup/memory/sandbox_alice stays: it has processes, and no machine of this engine. ` +
                        "Another engine of that host?\n",
                );
                assert.equal(calls.length, 20);
                assert.ok(!isThere("cgroup/pids/sandbox_alice"));
            });

            it("lose Podman's monitors to the hierarchy's root", async () => {
                write("cgroup/pids/sandbox_alice/web/conmon/cgroup.procs", "4711\n");
                write("cgroup/pids/cgroup.procs");
                await remove();
                assert.equal(readFileSync(join(directory, "cgroup/pids/cgroup.procs"), "utf8"), "4711\n");
            });
        });

        describe("a hierarchy of ours", () => {
            const remove = (mountinfo: string) => {
                write("mountinfo", mountinfo);
                return runShell(hierarchy, {
                    shell,
                    environment: {
                        ...SANDBOX,
                        HIERARCHY: join(directory, "ours/cgroup"),
                        RESERVATIONS: join(directory, "ours/reservations"),
                    },
                    // What is locked has to be open.
                    commands: { flock: '[ -e "/proc/self/fd/$1" ]', umount: ":" },
                    places: { "/sys/fs/cgroup": directory, "/proc/self/mountinfo": join(directory, "mountinfo") },
                });
            };
            const mounted = () => `40 25 0:33 / ${directory}/ours/cgroup rw - cgroup cgroup rw,xattr,name=systemd\n`;

            it("goes with the last sandbox that has a reservation, by one stack at a time", async () => {
                make("ours/reservations/sandbox_alice", "ours/cgroup/made-by-the-engine");
                const { status, stderr, calls } = await remove(mounted());
                assert.deepEqual([status, stderr], [0, ""]);
                assert.deepEqual(calls, ["flock 9", `umount ${directory}/ours/cgroup`]);
                assert.ok(!isThere("ours"));
            });

            it("stays as long as another one has one", async () => {
                make("ours/reservations/sandbox_alice", "ours/reservations/sandbox_bob", "ours/cgroup");
                const { status, stderr, calls } = await remove(mounted());
                assert.deepEqual([status, stderr, calls], [0, "", ["flock 9"]]);
                assert.ok(!isThere("ours/reservations/sandbox_alice"));
                assert.ok(isThere("ours/reservations/sandbox_bob"));
            });

            it("isn't unmounted where it isn't mounted, as after a reboot", async () => {
                make("ours/reservations", "ours/cgroup");
                const { status, stderr, calls } = await remove("");
                assert.deepEqual([status, stderr, calls], [0, "", ["flock 9"]]);
                assert.ok(!isThere("ours"));
            });

            it("has gone already where nothing of it is there", async () => {
                const { status, stderr, calls } = await remove("");
                assert.deepEqual([status, stderr, calls], [0, "", ["flock 9"]]);
            });
        });
    });
}
