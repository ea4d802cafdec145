import * as pulumi from "@pulumi/pulumi";
import assert from "node:assert/strict";
import { type MachineOutputs, SystemdSandbox } from "../../components";
import { debian } from "../support/base-image";
import { docker, inMachine } from "../support/docker";
import { skip } from "../support/skip";
import { withStack } from "../support/stack";

describe("packages of the image", () => {
    const sandboxWith =
        (...packages: string[]) =>
        async () => {
            const args = { ...(await debian("bookworm")), packages, machines: { web: {} } };
            return { machines: new SystemdSandbox(pulumi.getStack(), args).machines };
        };

    before("are to be had by a container", async function () {
        const { baseImage } = await debian("bookworm");
        const probe = ["run", "--rm", baseImage, "apt-get", "update", "--error-on=any"];
        await docker(probe).catch((error: Error) =>
            skip(this, `containers reach no Debian packages: ${error.message}`),
        );
    });

    it("are there at the first boot, with their services", async () => {
        await withStack(sandboxWith("cron"), async (stack) => {
            const { web } = (await stack.up()).outputs.machines.value as Record<string, MachineOutputs>;
            assert.equal(web.state, "running");
            assert.equal(await inMachine(web.container, "systemctl is-active cron.service"), "active");
            // As the packages of Java do: the base image is slim, and has no manuals.
            const link = "update-alternatives --install /usr/bin/x x /bin/true 1";
            await inMachine(web.container, `${link} --slave /usr/share/man/man1/x.1 x.1 /etc/hostname`);
            // Not in this boot, nor in any other one.
            assert.equal(await inMachine(web.container, "find /var/lib/apt/lists /usr/local/sbin -type f"), "");
            assert.deepEqual(Object.keys(await stack.preview()), ["same"]);
        });
    });

    it("fail the build where one can't be had, and the error says what its steps say", async () => {
        await withStack(sandboxWith("no-such-package"), async (stack) => {
            assert.match(
                await stack.upFails(),
                /done once more in a container, end with status 100:[^]*Unable to locate package no-such-package/,
            );
        });
    });
});
