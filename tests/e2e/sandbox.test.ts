import assert from "node:assert/strict";
import type { MachineArgs, MachineOutputs } from "../../components";
import { debian } from "../support/base-image";
import { docker, inMachine, inspect } from "../support/docker";
import { machineJournals } from "../support/journal";
import { DefaultEngine } from "../support/engines/default-engine";
import { reboot } from "../support/reboot";
import { sandboxOf } from "../support/sandbox";
import { snapshot } from "../support/snapshot";
import { openStack, type TestStack, withStack } from "../support/stack";
import { untilRunning } from "../support/until-running";

const HELLO: MachineArgs = {
    ports: [{ port: 80 }],
    files: { "/usr/local/bin/hello": { source: "stacks/web/hello", mode: "0755" } },
    units: {
        "hello.socket": { source: "stacks/web/hello.socket", enable: true },
        "hello@.service": { source: "stacks/web/hello@.service" },
    },
};

const ENGINE = new DefaultEngine("default", "docker", 1, process.env.DOCKER_HOST ?? "unix:///var/run/docker.sock");

describe("a sandbox of two machines on the default engine", () => {
    let stack: TestStack;
    let machines: Record<string, MachineOutputs>;

    before("up", async () => {
        stack = await openStack(sandboxOf({ web: HELLO, client: {} }));
        machines = (await stack.up()).outputs.machines.value as typeof machines;
    });

    after("down", () => stack.close());

    afterEach(async function () {
        if (this.currentTest?.state === "failed") {
            console.error(await machineJournals(stack.name, {}));
        }
    });

    it("boots to running with no failed unit", async () => {
        for (const { container, state } of Object.values(machines)) {
            assert.equal(state, "running");
            assert.equal(await inMachine(container, "systemctl is-system-running"), "running");
            assert.equal(await inMachine(container, "systemctl list-units --failed --no-legend"), "");
        }
    });

    it("has systemd as PID 1, of the version that it says, booted in the time that it says", async () => {
        const { container, systemdVersion, bootSeconds } = machines.web;
        assert.equal(await inMachine(container, "cat /proc/1/comm"), "systemd");
        assert.match(await inMachine(container, "systemctl --version"), new RegExp(`^systemd ${systemdVersion} `));
        assert.ok(bootSeconds > 0 && bootSeconds < 60, `${bootSeconds} s`);
    });

    it("runs few services", async () => {
        const units = await inMachine(
            machines.client.container,
            "systemctl list-units --type=service --state=running --plain --no-legend",
        );
        assert.deepEqual(
            units.split("\n").map((line) => line.split(" ")[0]),
            ["dbus.service", "systemd-journald.service"],
        );
    });

    it("starts Login Management for who logs in, and at boot for who lingers", async () => {
        const { container } = machines.client;
        const isActive = () => inMachine(container, "systemctl is-active systemd-logind.service || true");
        assert.equal(await isActive(), "inactive");
        await inMachine(container, "loginctl enable-linger daemon");
        assert.equal(await isActive(), "active");
        await reboot(container);
        await untilRunning(container, {});
        assert.equal(await isActive(), "active");
        await inMachine(container, "loginctl disable-linger daemon");
        await reboot(container);
        await untilRunning(container, {});
        assert.equal(await isActive(), "inactive");
    });

    it("has a readable journal, and the boot log in docker logs", async () => {
        assert.match(await inMachine(machines.web.container, "journalctl --boot --no-pager"), /Startup finished in/);
        assert.match(await docker(["logs", machines.web.container]), /Reached target .*Multi-User System/);
    });

    it("answers on its port of 127.0.0.1", async () => {
        const [, port] =
            /^127\.0\.0\.1:(\d+)->80\/tcp$/.exec(machines.web.ports[0]) ?? assert.fail(machines.web.ports[0]);
        const answer = await fetch(`http://127.0.0.1:${port}/`);
        assert.match(await answer.text(), /^Hello from web: systemd 252/);
    });

    for (const name of ["web", "web.SANDBOX"]) {
        it(`answers to the other machine by the name ${name}`, async () => {
            const host = name.replace("SANDBOX", stack.name);
            const request = `bash -c 'exec 3<>/dev/tcp/${host}/80; printf "GET / HTTP/1.1\\r\\n\\r\\n" >&3; cat <&3'`;
            assert.match(await inMachine(machines.client.container, request), /200 OK[^]*Hello from web: /);
        });
    }

    it("gives each machine an id of its own", async () => {
        const ids = await Promise.all(
            Object.values(machines).map(({ container }) => inMachine(container, "cat /etc/machine-id")),
        );
        assert.match(ids[0], /^[0-9a-f]{32}$/);
        assert.notEqual(ids[0], ids[1]);
    });

    it("reaps zombies", async () => {
        // The child outlives its parent, is given to PID 1, and ends: only PID 1 can take it away.
        await inMachine(machines.client.container, "sh -c 'sleep 0.05 & echo $! > /run/orphan'");
        await inMachine(
            machines.client.container,
            "timeout 10 sh -c 'while test -e /proc/$(cat /run/orphan); do sleep 0.05; done'",
        );
    });

    it("is not privileged: no added capability, the default seccomp profile, only its own cgroup parent writable", async () => {
        const { Privileged, CapAdd, SecurityOpt, Binds } = (await inspect(machines.web.container)).HostConfig;
        assert.deepEqual({ Privileged, CapAdd: CapAdd ?? [] }, { Privileged: false, CapAdd: [] });
        assert.ok(
            (SecurityOpt ?? []).every((option) => option === "writable-cgroups=true"),
            String(SecurityOpt),
        );
        const writable = (Binds ?? []).filter((bind) => !bind.endsWith(":ro")).map((bind) => bind.split(":")[0]);
        assert.ok(
            writable.every((directory) => directory.includes(`/sandbox_${stack.name}/web`)),
            String(writable),
        );
        assert.match(await inMachine(machines.web.container, "grep Seccomp: /proc/1/status"), /\t2$/);
    });

    it("shows no change in a preview and changes nothing in a second up", async () => {
        assert.deepEqual(Object.keys(await stack.preview()), ["same"]);
        const { summary, outputs } = await stack.up();
        assert.deepEqual(Object.keys(summary.resourceChanges ?? {}), ["same"]);
        assert.deepEqual(outputs.machines.value, machines);
    });

    it("shows no change after a refresh", async () => {
        await stack.refresh();
        assert.deepEqual(Object.keys(await stack.preview()), ["same"]);
    });

    it("stops cleanly within 3 seconds, and its journal tells of it", async () => {
        const { container } = machines.client;
        const start = Date.now();
        await docker(["stop", container]);
        assert.ok(Date.now() - start < 3000, `took ${Date.now() - start} ms`);
        assert.equal((await inspect(container)).State.ExitCode, 0);
        await docker(["start", container]);
        assert.match(await inMachine(container, "until systemctl is-system-running; do sleep 0.1; done"), /running$/);
        assert.match(await inMachine(container, "journalctl --no-pager"), /Reached target shutdown\.target/);
    });

    it("replaces only the machine whose input changed", async () => {
        stack.program(sandboxOf({ web: HELLO, client: { files: { "/etc/motd": { content: "hello\n" } } } }));
        const changed = (await stack.up()).outputs.machines.value as typeof machines;
        assert.equal(changed.web.id, machines.web.id);
        assert.notEqual(changed.client.id, machines.client.id);
        assert.equal(await inMachine(changed.client.container, "cat /etc/motd"), "hello");
    });
});

describe("the end of a sandbox", () => {
    it("leaves no container, network, volume, image, cgroup or mount behind", async () => {
        await debian("bookworm");
        const before = await snapshot(ENGINE);
        await withStack(sandboxOf({ web: HELLO }), async (stack) => {
            await stack.up();
            assert.notDeepEqual(await snapshot(ENGINE), before);
            await stack.destroy();
            assert.deepEqual(await snapshot(ENGINE), before);
        });
    });

    it("leaves the image where it is to be kept, and nothing else", async () => {
        await debian("bookworm");
        const before = await snapshot(ENGINE);
        await withStack(sandboxOf({ web: {} }, { keepImage: true }), async (stack) => {
            await stack.up();
            await stack.destroy();
            await docker(["image", "rm", `localhost/pulumi-centos-systemd/${stack.name}:debian-12`]);
        });
        assert.deepEqual(await snapshot(ENGINE), before);
    });
});

describe("a sandbox that can't be", () => {
    it("is refused on preview with all that is wrong, and creates nothing", async () => {
        await debian("bookworm");
        const before = await snapshot(ENGINE);
        await withStack(sandboxOf({ not_a_name: { ports: [{ port: 99999 }] } }), async (stack) => {
            for (const message of [await stack.previewFails(), await stack.upFails()]) {
                assert.match(message, /2 arguments are not as they should be; nothing was created:/);
                assert.match(message, /machines\.not_a_name: "not_a_name"; allowed: 1 to 40 lower-case letters/);
                assert.match(
                    message,
                    /machines\.not_a_name\.ports\[0\]\.port: 99999; allowed: a whole number from 1 to 65535/,
                );
                assert.doesNotMatch(message, /\n\s+at /);
            }
            assert.deepEqual(await snapshot(ENGINE), before);
        });
    });
});

describe("a machine with a unit that fails", () => {
    const withUnit = (command: string): MachineArgs => ({
        units: {
            "broken.service": {
                content: `[Service]\nType=oneshot\nExecStart=${command}\n[Install]\nWantedBy=multi-user.target\n`,
                enable: true,
            },
        },
    });

    it("is not created: the error shows the unit and its journal, the machine stays up for a look", async () => {
        await withStack(
            sandboxOf({ web: withUnit("/bin/sh -c 'echo the cellar is flooded; exit 7'") }),
            async (stack) => {
                const message = await stack.upFails();
                assert.match(message, /systemd is 'degraded'[^]*broken\.service/);
                assert.match(message, /the cellar is flooded/);
                assert.match(message, /status=7/);
                assert.equal((await inspect(`${stack.name}-web`)).State.Status, "running");

                stack.program(sandboxOf({ web: { ...withUnit("/bin/false"), allowDegraded: true } }));
                const degraded = (await stack.up()).outputs.machines.value as Record<string, MachineOutputs>;
                assert.equal(degraded.web.state, "degraded");

                stack.program(sandboxOf({ web: withUnit("/bin/true") }));
                const { outputs } = await stack.up();
                assert.equal((outputs.machines.value as Record<string, MachineOutputs>).web.state, "running");
            },
        );
    });

    it("shows the console where systemd itself is gone", async () => {
        const halt: MachineArgs = {
            units: {
                "halt-now.service": { content: "[Service]\nExecStart=/bin/systemctl halt --force\n", enable: true },
            },
        };
        await withStack(sandboxOf({ web: halt }), async (stack) => {
            assert.match(await stack.upFails(), /Halting system|Exiting container/);
        });
    });
});
