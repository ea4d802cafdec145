import * as pulumi from "@pulumi/pulumi";
import assert from "node:assert/strict";
import { exec } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { type MachineArgs, type MachineOutputs, SystemdSandbox } from "../../components";
import { debian } from "../support/base-image";
import { docker, inMachine, inspect } from "../support/docker";
import { startEngine } from "../support/engines";
import { machineJournals } from "../support/journal";
import { openProject } from "../support/project";
import { sandboxOf } from "../support/sandbox";
import { skip } from "../support/skip";
import { openStack, type TestStack, withStack } from "../support/stack";

/** In nothing but the machine itself: not in state, not in a log, not in what Docker tells. */
const SECRET = "correct-horse-battery-staple";
/** Every character that a shell, systemd or an environment file could take for something else. */
const AWKWARD = `a "quoted" 'word' back\\slash $HOME %h 100%\nnext line\ttab; #end`;

const REPORT = "[Service]\nType=oneshot\nRemainAfterExit=yes\nExecStart=/usr/local/bin/report\n";

/** What a service finds when it starts. */
const REPORTER = `#!/bin/sh
stat -c %U:%G:%a /srv/key "/srv/100%/a b" > /var/report
env -0 > /var/environment
{ ulimit -Sn; ulimit -Hn; ulimit -c; } > /var/limits
`;

const everything = (stack: string, writable: string): MachineArgs => ({
    files: {
        "/usr/local/bin/report": { content: REPORTER, mode: "0755" },
        "/srv/key": { content: pulumi.secret(SECRET), mode: "0640", owner: "nobody:games" },
        "/srv/100%/a b": { contentBase64: "AP/+", owner: "5" },
        "/srv/empty": { content: "" },
        "/var/lib/data/seed": { content: "in the volume" },
    },
    units: {
        "report.service": { content: `${REPORT}[Install]\nWantedBy=multi-user.target\n`, enable: true },
        "static.service": {
            content: "[Service]\nExecStart=/bin/sleep infinity\n",
            dropIns: { "10-more.conf": { content: "[Service]\nEnvironment=MORE=1\n" } },
            start: true,
        },
        "later.service": {
            content: "[Service]\nExecStart=/bin/sleep infinity\n[Install]\nWantedBy=multi-user.target\n",
            enable: true,
            start: false,
        },
        "systemd-logind.service": { mask: true },
        "systemd-tmpfiles-clean.timer": { start: false },
        // Debian enables it.
        "remote-fs.target": {
            enable: false,
            dropIns: { "10-more.conf": { source: "tests/e2e/machine/drop-in.conf" } },
        },
    },
    labels: { role: "everything" },
    environment: { AWKWARD, TOKEN: pulumi.secret(SECRET) },
    volumes: {
        data: { path: "/var/lib/data" },
        kept: { path: "/srv/kept", keep: true },
        shared: { path: "/srv/shared", external: `${stack}-shared`, readOnly: true },
    },
    folders: {
        "/srv/stacks": { hostPath: "stacks" },
        "/srv/writable": { hostPath: writable, writable: true },
    },
    tmpfs: { "/srv/scratch": { size: "8MiB", exec: true, mode: "0700" }, "/srv/plain": {} },
    journal: "volatile",
    ulimits: { nofile: { soft: 2048, hard: 4096 }, core: { soft: 0 } },
    sysctls: { "net.core.somaxconn": "777" },
    devices: [{ hostPath: "/dev/kmsg", path: "/dev/kernel-log", permissions: "w" }],
    capabilities: { add: ["NET_ADMIN"], drop: ["CAP_NET_RAW"] },
    appArmor: "unconfined",
    ports: [{ port: 80 }, { port: 53, protocol: "udp" }],
    aliases: ["everything"],
    restart: "unless-stopped",
});

describe("a machine with everything set", () => {
    let stack: TestStack;
    let machine: MachineOutputs;
    let log = "";
    let writable: string;

    const program =
        (change: MachineArgs, owner = "carol") =>
        async () => {
            const name = pulumi.getStack();
            const machines = { web: { ...everything(name, writable), ...change } };
            const sandbox = new SystemdSandbox(name, { ...(await debian("bookworm")), owner, machines });
            return { machines: sandbox.machines, shells: sandbox.shells };
        };
    let shells: Record<string, string>;

    before("up", async () => {
        writable = mkdtempSync(join(tmpdir(), "writable-"));
        stack = await openStack(program({}));
        await docker(["volume", "create", `${stack.name}-shared`]);
        const { outputs, stdout, stderr } = await stack.up();
        machine = (outputs.machines.value as Record<string, MachineOutputs>).web;
        shells = outputs.shells.value as Record<string, string>;
        log = stdout + stderr;
    });

    after("down", async () => {
        await stack.close();
        await docker(["volume", "rm", `${stack.name}-shared`, `${stack.name}-web.kept`]);
        rmSync(writable, { recursive: true });
    });

    afterEach(async function () {
        if (this.currentTest?.state === "failed") {
            console.error(await machineJournals(stack.name, {}));
        }
    });

    const inside = (script: string) => inMachine(machine.container, script);

    it("says whose it is, what it is for, and how to get in", async () => {
        const labels = JSON.parse(
            await docker(["inspect", "--format={{json .Config.Labels}}", machine.container]),
        ) as object;
        assert.deepEqual({ ...labels, "pulumi-centos-systemd.owner": "carol", role: "everything" }, labels);
        const shell = shells.web.replace("-it ", "").replace("bash -l", "hostname");
        assert.equal((await promisify(exec)(shell)).stdout.trim(), "web");
    });

    it("has its files, with owners that are right before the first service starts", async () => {
        assert.equal(await inside("cat /var/report"), "nobody:games:640\ngames:root:644");
        assert.equal(await inside("cat /srv/key"), SECRET);
        assert.equal(await inside("base64 '/srv/100%/a b'; stat -c %s /srv/empty"), "AP/+\n0");
    });

    it("gives services its environment, to the letter", async () => {
        const variables = (await inside("cat /var/environment")).split("\0");
        assert.ok(variables.includes(`AWKWARD=${AWKWARD}`), variables.join("\n"));
        assert.ok(variables.includes(`TOKEN=${SECRET}`));
    });

    it("has its units enabled, started and masked as declared, and drop-ins in force", async () => {
        const states = async (verb: string, ...units: string[]) =>
            (await inside(`systemctl ${verb} ${units.join(" ")} || true`)).split("\n");
        const units = {
            "report.service": ["enabled", "active"],
            "static.service": ["static", "active"],
            "later.service": ["enabled", "inactive"],
            "systemd-logind.service": ["masked", "inactive"],
            "systemd-tmpfiles-clean.timer": ["static", "inactive"],
            "remote-fs.target": ["disabled", "inactive"],
        };
        const names = Object.keys(units);
        const [enabled, active] = [await states("is-enabled", ...names), await states("is-active", ...names)];
        assert.deepEqual(
            Object.fromEntries(names.map((name, index) => [name, [enabled[index], active[index]]])),
            units,
        );
        assert.equal(await inside("systemctl show --property=Environment static.service"), "Environment=MORE=1");
        const description = await inside("systemctl show --property=Description remote-fs.target");
        assert.equal(description, "Description=From a file beside the program");
    });

    it("keeps secrets out of state, logs and what Docker tells", async () => {
        const files = readdirSync(stack.directory, { recursive: true, withFileTypes: true })
            .filter((entry) => entry.isFile())
            .map((entry) => readFileSync(`${entry.parentPath}/${entry.name}`, "utf8"));
        const image = `localhost/pulumi-centos-systemd/${stack.name}:debian-12`;
        const places = {
            "the state, its history and backups": files.join("\n"),
            "Pulumi's log": log,
            "docker inspect": await docker(["inspect", machine.container]),
            "docker logs": await docker(["logs", machine.container]),
            "the image": await docker(["history", "--no-trunc", image]),
        };
        for (const [place, text] of Object.entries(places)) {
            assert.ok(text.length > 0 && !text.includes(SECRET), `the secret is in ${place}`);
        }
        // With the passphrase it comes out again: it was there to be found.
        assert.ok((await stack.state()).includes(SECRET));
    });

    it("has limits for its services, kernel parameters, devices and capabilities", async () => {
        assert.equal(await inside("cat /var/limits /proc/sys/net/core/somaxconn"), "2048\n4096\n0\n777");
        // Opened and not written to: the line would be in the host's kernel log.
        await inside("test -c /dev/kernel-log && : >> /dev/kernel-log");
        await assert.rejects(inside("head -c 1 /dev/kernel-log"), /Operation not permitted/);
        const [, effective] = /^CapEff:\s*([0-9a-f]+)$/m.exec(await inside("cat /proc/1/status")) ?? [];
        const has = (bit: bigint) => ((BigInt(`0x${effective}`) >> bit) & 1n) === 1n;
        // NET_ADMIN was added, NET_RAW taken away, CHOWN is the engine's default (linux/capability.h).
        assert.deepEqual([12n, 13n, 0n].map(has), [true, false, true]);
    });

    it("has its directories in memory, with size and rights", async () => {
        const mounts = await inside("grep ' /srv/' /proc/mounts");
        assert.match(mounts, /^tmpfs \/srv\/scratch tmpfs rw,nosuid,nodev,relatime,size=8192k,mode=700 /m);
        // Without a size of its own, half of the memory that there is, as everywhere (tmpfs(5)).
        const plain = /^tmpfs \/srv\/plain tmpfs rw,nosuid,nodev,noexec,relatime,size=(\d+)k 0 0$/m.exec(mounts);
        const half = Number(await docker(["info", "--format={{.MemTotal}}"])) / 2;
        assert.ok(Math.abs(Number(plain?.[1]) * 1024 - half) < 2 ** 20, mounts);
    });

    it("sees folders of the host, and may write to those that it is allowed to", async () => {
        assert.equal(await inside("cat /srv/stacks/config.ts"), readFileSync("stacks/config.ts", "utf8").trim());
        await assert.rejects(inside("touch /srv/stacks/config.ts"), /Read-only file system/);
        await inside("echo hello > /srv/writable/file");
        assert.equal(readFileSync(join(writable, "file"), "utf8"), "hello\n");
    });

    it("keeps its journal in memory where that is asked for", async () => {
        const id = await inside("cat /etc/machine-id");
        assert.equal(
            await inside("find /run/log/journal /var/log/journal -mindepth 1 -type d"),
            `/run/log/journal/${id}`,
        );
    });

    it("is as declared after the next boot too", async () => {
        await docker(["restart", machine.container]);
        await inside("until systemctl is-system-running; do sleep 0.1; done");
        assert.equal(await inside("systemctl is-active static.service later.service || true"), "active\ninactive");
    });

    it("is looked at again by an up after somebody has restarted it, and that is all", async () => {
        const changes = (await stack.changes()).filter((change) => !change.startsWith("read "));
        assert.deepEqual(changes, [`update ${machine.container}-ready`]);
        await stack.up();
    });

    it("shows no change in a preview, in a second up, nor after a refresh", async () => {
        assert.deepEqual(Object.keys(await stack.preview()), ["same"]);
        assert.deepEqual(Object.keys((await stack.up()).summary.resourceChanges ?? {}), ["same"]);
        await stack.refresh();
        assert.deepEqual(Object.keys(await stack.preview()), ["same"]);
    });

    it("keeps what is in its volumes when it is replaced: by a changed tmpfs, or another owner", async () => {
        await inside("echo kept > /srv/kept/file; echo data > /var/lib/data/file");
        await assert.rejects(inside("touch /srv/shared/file"), /Read-only file system/);
        stack.program(program({ tmpfs: { "/srv/scratch": { size: "16MiB" } } }, "dave"));
        const { web } = (await stack.up()).outputs.machines.value as Record<string, MachineOutputs>;
        assert.notEqual(web.id, machine.id);
        assert.match(await inside("grep /srv/scratch /proc/mounts"), /noexec,relatime,size=16384k/);
        assert.equal(await inside("cat /srv/kept/file /var/lib/data/file"), "kept\ndata");
        assert.equal(await inside("cat /var/lib/data/seed"), "in the volume");
    });

    it("leaves the volumes that are to be kept, and those of others, and nothing else", async () => {
        await stack.destroy();
        const volumes = await docker(["volume", "ls", "--quiet", "--filter", `name=${stack.name}`]);
        assert.deepEqual(volumes.split("\n").sort(), [`${stack.name}-shared`, `${stack.name}-web.kept`]);
    });
});

describe("a machine that can't be as it is declared", () => {
    const refused = (web: MachineArgs, message: RegExp, call: "previewFails" | "upFails") =>
        withStack(sandboxOf({ web }), async (stack) => assert.match(await stack[call](), message));

    it("is refused on preview where an external volume isn't there", () =>
        refused({ volumes: { a: { path: "/a", external: "no-such-volume" } } }, /no-such-volume/, "previewFails"));

    it("is refused on preview where the host has nothing to confine it with as it asks", async function () {
        if ((await docker(["info", "--format={{json .SecurityOptions}}"])).includes("name=apparmor")) {
            skip(this, "this host has AppArmor");
        }
        // A program of its own process: Pulumi ends it at once, as it ends a user's.
        const project = await openProject();
        try {
            const machines = { web: { appArmor: "strict" } };
            const stack = await project.stack(`t${randomBytes(3).toString("hex")}`, {
                ...(await debian("bookworm")),
                machines,
            });
            await assert.rejects(
                stack.preview(),
                /machines\.web\.appArmor can't be combined with this host: it has no AppArmor/,
            );
        } finally {
            await project.close();
        }
    });

    it("is refused where the host has no driver for GPUs", async function () {
        if ((await docker(["info", "--format={{json .Runtimes}}"])).includes("nvidia")) {
            skip(this, "this host has the NVIDIA container toolkit");
        }
        await refused({ gpus: "all" }, /could not select device driver/, "upFails");
    });

    it("shows the set-up unit's own words where a file's owner isn't there, and accepts no `degraded` for that", () =>
        refused(
            { files: { "/etc/a": { content: "", owner: "nobody-of-that-name" } }, allowDegraded: true },
            /machine-setup\.service[^]*invalid user: .nobody-of-that-name/,
            "upFails",
        ));
});

describe("a privileged machine", function () {
    this.timeout("15m"); // the engine's chroot may have to be built first, or another run may have it

    it("is one only where that is asked for, and gives a warning", async function () {
        // Older engines run none where the host itself lacks a capability.
        const engine = await startEngine("28-v2");
        if ("reason" in engine) {
            skip(this, engine.reason);
        }
        const environment = { DOCKER_HOST: engine.dockerHost };
        const base = await debian("bookworm", engine.dockerHost);
        const sandbox = () => {
            const machines = { web: { privileged: true }, other: {} };
            return Promise.resolve({
                machines: new SystemdSandbox(pulumi.getStack(), { ...base, machines }).machines,
            });
        };
        await withStack(
            sandbox,
            async (stack) => {
                const { stdout } = await stack.up();
                assert.match(stdout, /warning: web is privileged/);
                assert.doesNotMatch(stdout, /other is privileged/);
                const privileged = (machine: string) =>
                    inspect(`${stack.name}-${machine}`, environment).then(({ HostConfig }) => HostConfig.Privileged);
                assert.deepEqual([await privileged("web"), await privileged("other")], [true, false]);
            },
            environment,
        );
    });
});
