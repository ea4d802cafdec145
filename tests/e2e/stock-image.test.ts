import assert from "node:assert/strict";
import type { MachineArgs, MachineOutputs } from "../../components";
import { stockDebian } from "../support/base-image";
import { docker, inMachine, inspect } from "../support/docker";
import { reboot } from "../support/reboot";
import { sandboxOf } from "../support/sandbox";
import { skip } from "../support/skip";
import { openStack, type TestStack, withStack } from "../support/stack";
import { untilRunning } from "../support/until-running";

/** The units of an image that a container must not run, or that nobody needs there: to name one is no mistake. */
const SKIPPED = [
    "systemd-modules-load.service",
    "systemd-udevd.service",
    "systemd-timesyncd.service",
    "getty@tty1.service",
    "dev-hugepages.mount",
    "apt-daily-upgrade.timer",
    "fstrim.timer",
];

describe("a machine from an image like Docker Hub's", function () {
    // systemd comes from Debian's packages.
    this.timeout("10m");

    let stack: TestStack;
    let container: string;

    const machine = (...last: MachineArgs["provision"] & object): MachineArgs => ({
        ports: [{ port: 80 }],
        provision: [
            { name: "user", inline: "useradd --create-home alice" },
            { name: "reboot", inline: "touch /run/stale; echo before >/root/boots; systemctl reboot" },
            { name: "rebooted", inline: "test ! -e /run/stale; echo after >>/root/boots" },
            {
                name: "session",
                user: "alice",
                inline: "systemd-run --user --wait touch /home/alice/touched; echo $XDG_RUNTIME_DIR",
            },
            ...last,
        ],
        waitFor: {},
    });

    before("packages are to be had by a container", async function () {
        const { baseImage } = await stockDebian("trixie");
        await docker(["run", "--rm", baseImage, "apt-get", "update", "--error-on=any"]).catch((error: Error) =>
            skip(this, `containers reach no Debian packages: ${error.message}`),
        );
    });

    before("a stack", async () => {
        stack = await openStack(sandboxOf({}));
        container = `${stack.name}-web`;
    });

    after("down", () => stack?.close());

    const program = async (web: MachineArgs) => stack.program(sandboxOf({ web }, await stockDebian("trixie")));

    it("says why a package isn't to be had in a step, and what to do", async () => {
        await program(machine({ name: "cron", inline: "apt-get install --yes cron" }));
        const message = await stack.upFails();
        assert.match(message, /Unable to locate package cron/);
        assert.match(message, /run apt-get update before apt-get install/);
    });

    it("has rebooted where a step has rebooted it, and then run the next ones", async () => {
        await program(
            machine({ name: "cron", inline: "apt-get update && apt-get install --yes cron systemd-timesyncd udev" }),
        );
        const { outputs } = await stack.up();
        const { web } = outputs.machines.value as Record<string, MachineOutputs>;
        assert.equal(web.state, "running");
        assert.equal(await inMachine(container, "cat /root/boots"), "before\nafter");
    });

    it("gives a step's user the session that a login gives", async () => {
        assert.equal(await inMachine(container, "stat -c %U /home/alice/touched"), "alice");
    });

    it("starts the services of packages, as a host does", async () => {
        assert.equal(await inMachine(container, "systemctl is-active cron.service"), "active");
    });

    it("masks no unit: what a container can't do is skipped", async () => {
        // Debian itself masks units of its old init scripts, in /lib: those are as on a host.
        const masked =
            "find /etc/systemd/system /run/systemd/system /usr/local/lib/systemd -maxdepth 1 -lname /dev/null";
        assert.equal(await inMachine(container, masked), "");
        for (const unit of SKIPPED) {
            await inMachine(container, `systemctl enable --now ${unit}`);
        }
        assert.equal(await inMachine(container, "systemctl --failed --no-legend"), "");
    });

    it("reboots, by whatever command, and keeps the port that was free", async () => {
        const port = async () => JSON.stringify((await inspect(container)).NetworkSettings.Ports);
        const before = await port();
        for (const command of ["systemctl reboot", "shutdown -r now", "kill -INT 1"]) {
            await reboot(container, {}, command);
            await untilRunning(container, {});
        }
        assert.equal(await port(), before);
        // What was enabled is still there.
        assert.equal(await inMachine(container, "systemctl is-active cron.service"), "active");
    });

    it("changes nothing by itself", async () => {
        assert.deepEqual(Object.keys(await stack.preview()), ["same"]);
    });

    it("stays off when it is switched off", async () => {
        await inMachine(container, "systemctl poweroff").catch(() => undefined);
        await docker(["wait", container]);
        const { Status, ExitCode } = (await inspect(container)).State;
        assert.deepEqual({ Status, ExitCode }, { Status: "exited", ExitCode: 0 });
        // And is up again, with the package's own program in place.
        await stack.up();
        assert.equal(await inMachine(container, "head -c 4 /usr/lib/systemd/systemd-shutdown | tail -c 3"), "ELF");
    });
});

describe("a machine with a unit that its distribution has masked", () => {
    it("says so where it is to be enabled", async () => {
        await withStack(sandboxOf({ web: { units: { "rc.service": { enable: true } } } }), async (stack) => {
            // What its process says in its last moment, the journal sometimes can no longer attribute to its unit.
            assert.match(await stack.upFails(), /rc\.service is masked|systemctl --no-reload enable -- rc\.service/);
        });
    });
});
