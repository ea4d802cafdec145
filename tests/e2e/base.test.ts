import type { Stack } from "@pulumi/pulumi/automation";
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { promisify } from "node:util";
import type { BaseOutputs, MachineOutputs } from "../../components";
import { debian } from "../support/base-image";
import { docker, inMachine } from "../support/docker";
import { DefaultEngine } from "../support/engines/default-engine";
import { configure, openProject, type Project, Secret } from "../support/project";
import { snapshot } from "../support/snapshot";
import { CHECKOUT } from "../support/stack";

const ENGINE = new DefaultEngine("default", "docker", 1, process.env.DOCKER_HOST ?? "unix:///var/run/docker.sock");

describe("a base and three sandboxes on one engine", () => {
    /** Part of every name, to be told from neighbours. */
    const id = randomBytes(3).toString("hex");
    const NAMES = ["ann", "ben", "cat"].map((name) => `${name}${id}`);
    /** Another image of the same distribution: what a base update brings. */
    const newerImage = `localhost/pulumi-centos-systemd/newer${id}:1`;
    let project: Project;
    let base: Stack;
    let sandboxes: Stack[];

    /** Everything on the host that has this test's name in it. */
    const onTheHost = async () => {
        const { containers, networks, volumes, images, cgroups } = await snapshot(ENGINE);
        const all = { containers, networks, volumes, images, cgroups };
        return Object.values(all).flatMap((names) => names.filter((name) => name.includes(id)));
    };

    /** What must not change in a machine that nobody touches. */
    const untouched = (names: string[]) =>
        Promise.all(
            names.map((name) =>
                docker(["inspect", "-f", "{{.Id}} {{.State.StartedAt}} {{.RestartCount}}", `${name}-web`]),
            ),
        );

    const failure = async (operation: Promise<unknown>) =>
        operation.then(
            () => assert.fail("it had to fail"),
            ({ message }: Error) => message,
        );

    const imageId = async () => ((await base.outputs()).base.value as BaseOutputs).imageId;

    before("base up, then the three of them at the same time", async () => {
        const config = await debian("bookworm");
        project = await openProject();
        base = await project.stack(`base-${id}`, { ...config });
        await base.up();
        sandboxes = await Promise.all(
            NAMES.map((name) =>
                project.stack(name, {
                    base: `base-${id}`,
                    machines: { web: { ports: [{ port: 80 }], environment: { TOKEN: new Secret("sesame") } } },
                }),
            ),
        );
        await Promise.all(sandboxes.map((sandbox) => sandbox.up()));
    });

    after("down", async () => {
        await project?.close();
        await docker(["image", "rm", "--force", newerImage]);
    });

    it("are all ready, from the base's one image", async () => {
        for (const sandbox of sandboxes) {
            const { web } = (await sandbox.outputs()).machines.value as Record<string, MachineOutputs>;
            assert.equal(web.state, "running");
            assert.equal(await inMachine(web.container, "systemctl is-active hello.socket"), "active");
            assert.equal(await docker(["inspect", "-f", "{{.Image}}", web.container]), await imageId());
        }
    });

    it("keep a secret of their configuration secret", async () => {
        assert.equal(await inMachine(`${NAMES[0]}-web`, "systemctl show-environment | grep TOKEN"), "TOKEN=sesame");
        const state = await project.state(NAMES[0]);
        assert.match(state, new RegExp(`${NAMES[0]}-web`));
        assert.doesNotMatch(state, /sesame/);
    });

    it("change nothing in a second preview", async () => {
        for (const stack of [base, sandboxes[0]]) {
            assert.deepEqual(Object.keys((await stack.preview()).changeSummary), ["same"]);
        }
    });

    it("are found by label: whose they are, from which project and stack", async () => {
        const labels = await docker(["inspect", "-f", "{{json .Config.Labels}}", `${NAMES[0]}-web`]);
        const { stdout: user } = await promisify(execFile)("id", ["-un"]);
        const whose = Object.entries(JSON.parse(labels) as Record<string, string>).filter(([label]) =>
            /^pulumi-centos-systemd\.(sandbox|project|stack|owner|base)$/.test(label),
        );
        assert.deepEqual(Object.fromEntries(whose), {
            "pulumi-centos-systemd.base": `organization/pulumi-centos-systemd/base-${id}`,
            "pulumi-centos-systemd.owner": user.trim(),
            "pulumi-centos-systemd.project": "pulumi-centos-systemd",
            "pulumi-centos-systemd.sandbox": NAMES[0],
            "pulumi-centos-systemd.stack": NAMES[0],
        });
    });

    it("refuse a second sandbox of the same name, whoever's it is, and leave the first alone", async () => {
        const before = await onTheHost();
        const other = await openProject();
        const same = await other.stack(NAMES[0], { ...(await debian("bookworm")), webPort: 0 });
        assert.match(
            await failure(same.up()),
            new RegExp(`A sandbox named ${NAMES[0]} is on this host already: stack ${NAMES[0]} of project`),
        );
        await other.close();
        assert.deepEqual(await onTheHost(), before);
    });

    it("give a sandbox another time to live without touching its machines", async () => {
        const before = await untouched(NAMES);
        for (const ttl of ["1h", "2w"]) {
            await configure(sandboxes[2], { ttl });
            await sandboxes[2].up();
            const format = '{{index .Labels "pulumi-centos-systemd.ttl"}}';
            assert.equal(await docker(["volume", "inspect", "-f", format, `${NAMES[2]}.expiry`]), ttl);
        }
        assert.deepEqual(Object.keys((await sandboxes[2].preview()).changeSummary), ["same"]);
        assert.deepEqual(await untouched(NAMES), before);
    });

    it("are listed by npm run doctor, and when their time is over", async () => {
        const { stdout } = await promisify(execFile)("node", [`${CHECKOUT}/toolchain/doctor.mjs`]);
        const row = (name: string, expires: string) =>
            new RegExp(`^${name} +\\S+ +pulumi-centos-systemd +${name} +base-${id} +1 of 1 running +${expires}$`, "m");
        assert.match(stdout, row(NAMES[0], "never"));
        assert.match(stdout, row(NAMES[2], "in 14 d"));
    });

    it("don't let the base go while they live, and lose nothing by the attempt", async () => {
        const before = await onTheHost();
        const message = await failure(base.destroy());
        for (const name of NAMES) {
            assert.match(message, new RegExp(`${name} \\(stack ${name}, of .*\\): pulumi destroy --stack ${name}`));
        }
        assert.deepEqual(await onTheHost(), before);
        assert.deepEqual(Object.keys((await base.preview()).changeSummary), ["same"]);
    });

    it("show an update of the base in a preview, and follow it when their owner says so", async () => {
        const before = await untouched(NAMES);
        const old = await imageId();
        const { baseImage } = await debian("bookworm");
        await promisify(execFile)("sh", [
            "-c",
            `printf 'FROM ${baseImage}\\nRUN touch /etc/newer\\n' | docker build --quiet --tag ${newerImage} -`,
        ]);
        await configure(base, { baseImage: newerImage });
        await base.up();
        assert.notEqual(await imageId(), old);

        const { changeSummary } = await sandboxes[0].preview();
        assert.equal(changeSummary.replace, 1, JSON.stringify(changeSummary));
        assert.deepEqual(await untouched(NAMES), before);

        await sandboxes[0].up();
        const after = await untouched(NAMES);
        assert.notEqual(after[0], before[0]);
        assert.deepEqual(after.slice(1), before.slice(1));
        await inMachine(`${NAMES[0]}-web`, "test -e /etc/newer");
    });

    it("go one after the other, the others untouched; then the base, even mended, and the host is as it was", async () => {
        for (const [index, sandbox] of sandboxes.entries()) {
            const others = NAMES.slice(index + 1);
            const before = await untouched(others);
            await sandbox.destroy();
            assert.deepEqual(await untouched(others), before);
            assert.ok(!(await onTheHost()).some((name) => name.includes(NAMES[index])));
        }

        // Removed by hand, say by `docker image prune`.
        await docker(["image", "rm", "--force", ((await base.outputs()).base.value as BaseOutputs).imageId]);
        const [, urn] = /--replace '(.*)'/.exec(await failure(sandboxes[0].preview())) ?? assert.fail("no command");
        await base.up({ replace: [urn] });
        await sandboxes[0].preview();

        await base.destroy();
        await docker(["image", "rm", newerImage]);
        assert.deepEqual(await onTheHost(), []);
        const label = `label=pulumi-centos-systemd.image=localhost/pulumi-centos-systemd/base-${id}`;
        assert.equal(await docker(["image", "ls", "--quiet", "--filter", label]), "", "images without a name");
    });
});

describe("a sandbox whose base isn't there", () => {
    it("is refused on preview with the command that mends it, beside all else that is wrong", async () => {
        const project = await openProject();
        const name = `dan${randomBytes(3).toString("hex")}`;
        const sandbox = await project.stack(name, {
            base: "base-nowhere",
            distribution: "debian-12",
            ttl: "soon",
            colour: "blue",
            machines: { web: { memroy: "1GiB", readyTimeout: "quick", ports: [{ port: 99999 }] } },
        });
        try {
            const message = await sandbox.preview().then(
                () => assert.fail("it had to fail"),
                (error: Error) => error.message,
            );
            for (const part of [
                /7 arguments are not as they should be; nothing was created:/,
                /base: "base-nowhere"; allowed: a stack whose base was brought up\. Bring it up: pulumi stack select --create base-nowhere, then pulumi up/,
                /distribution: "debian-12"; allowed: nothing: the base "base-nowhere" has it/,
                /ttl: "soon"; allowed: a number of hours, days or weeks/,
                /colour: "an unknown name"; allowed: one of base, baseImage/,
                /machines\.web\.memroy: "an unknown name"; allowed: one of .*readyTimeout/,
                /machines\.web\.readyTimeout: "quick"; allowed: a whole number/,
                /machines\.web\.ports\[0\]\.port: 99999; allowed: a whole number from 1 to 65535/,
            ]) {
                assert.match(message, part);
            }
        } finally {
            await project.close();
        }
    });
});
