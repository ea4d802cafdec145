import assert from "node:assert/strict";
import { type Answers, type Call, runProgram } from "../../support/fake-docker";
import { ONE_SHOT } from "../../support/one-shot";

const BOTH: Answers[0] = [
    /^image inspect built base$/,
    { stdout: JSON.stringify([{ Id: "sha256:built" }, { Id: "sha256:base" }]) },
];
const SAID = "bootId=2f1c\ninotifyInstances=128\nnsdelegate=true\n";

async function probe(HIERARCHY: string, answers: Answers, DELEGATED = "") {
    const ran = await runProgram("probe", answers, { SANDBOX: "alice", IMAGES: "built base", HIERARCHY, DELEGATED });
    assert.equal(ran.status, 0, ran.stderr);
    return {
        ...ran,
        said: JSON.parse(ran.stdout) as unknown,
        runs: ran.calls.filter(({ words }) => words[0] === "run"),
    };
}

const options = ({ words }: Call) =>
    words.slice(
        1,
        words.findIndex((word) => word.startsWith("sha256:")),
    );

describe("a probe of the host's kernel", () => {
    it("asks from the first image that is there, in a container without any right", async () => {
        const { said, runs } = await probe("", [BOTH, [/^run .* sha256:built \/bin\/sh -euc/, { stdout: SAID }]]);
        assert.deepEqual(said, {
            bootId: "2f1c",
            inotifyInstances: 128,
            nsdelegate: true,
            hierarchy: false,
            namedRefused: "",
            delegated: false,
        });
        assert.equal(runs.length, 1);
        assert.deepEqual(options(runs[0]), [
            ...ONE_SHOT,
            "--label=pulumi-centos-systemd.one-shot=alice",
            "--cgroupns=host",
            "--volume=/sys/fs/cgroup:/sys/fs/cgroup:ro",
            "--env=HIERARCHY=",
            "--env=DELEGATED=",
        ]);
    });

    it("takes the next one where the first isn't there", async () => {
        const base: Answers[0] = [
            /^image inspect/,
            { stdout: '[{"Id":"sha256:base"}]', stderr: "Error: No such image: built\n", status: 1 },
        ];
        const { runs } = await probe("", [base, [/^run .* sha256:base /, { stdout: SAID }]]);
        assert.equal(runs.length, 1);
    });

    it("is no answer where there is no image to ask from", async () => {
        const stderr =
            "Error: No such image: built\nError response from daemon: no such image: base: No such image: base\n";
        const { stdout, runs } = await probe("", [[/^image inspect/, { stdout: "[]", stderr, status: 1 }]]);
        assert.deepEqual([stdout, runs], ["null\n", []]);
    });

    it("looks at the place of a hierarchy, and makes nothing there", async () => {
        const said = `${SAID}hierarchy=true\n`;
        const { runs, said: kernel } = await probe("/sys/fs/cgroup/systemd", [BOTH, [/^run/, { stdout: said }]]);
        assert.equal((kernel as { hierarchy: boolean }).hierarchy, true);
        assert.deepEqual(
            options(runs[0]).filter((option) => /mount|HIERARCHY/.test(option)),
            [
                "--mount=type=bind,source=/sys/fs/cgroup/systemd,target=/hierarchy,readonly",
                "--env=HIERARCHY=/hierarchy",
            ],
        );
    });

    it("says that there is none where its place isn't there", async () => {
        const refused = {
            stderr: "docker: Error response from daemon: bind source path does not exist\n",
            status: 125,
        };
        const { said, runs } = await probe("/run/ours", [
            BOTH,
            [/^run .*--mount/, refused],
            [/^run/, { stdout: SAID }],
        ]);
        assert.equal((said as { hierarchy: boolean }).hierarchy, false);
        assert.equal(runs.length, 2);
    });

    it("asks whether the engine's user owns a cgroup", async () => {
        const said = { stdout: `${SAID}delegated=true\n` };
        const { said: kernel, runs } = await probe("", [BOTH, [/^run/, said]], "/user.slice");
        assert.equal((kernel as { delegated: boolean }).delegated, true);
        assert.ok(options(runs[0]).includes("--env=DELEGATED=/user.slice"));
    });

    it("says why the kernel can have none", async () => {
        const why = "the kernel was booted with cgroup_no_v1=named";
        const { said } = await probe("/run/ours", [BOTH, [/^run/, { stdout: `${SAID}namedRefused=${why}\n` }]]);
        assert.equal((said as { namedRefused: string }).namedRefused, why);
    });

    for (const hint of ["\nSee 'docker run --help'.\n", "\n\nRun 'docker run --help' for more information\n"]) {
        it("fails where no container can run at all, in the engine's words alone", async () => {
            const stderr = `docker: Error response from daemon: no space left on device.${hint}`;
            const answers: Answers = [BOTH, [/^run/, { stderr, status: 125 }]];
            const environment = { SANDBOX: "alice", IMAGES: "built base", HIERARCHY: "", DELEGATED: "" };
            const ran = await runProgram("probe", answers, environment);
            assert.deepEqual([ran.status, ran.stdout], [1, ""]);
            assert.equal(ran.stderr, "docker run failed: no space left on device.\n");
        });
    }
});
