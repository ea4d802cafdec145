import * as pulumi from "@pulumi/pulumi";
import assert from "node:assert/strict";
import { type MachineOutputs, SystemdSandbox } from "../../../components";
import { debian } from "../../support/base-image";
import { inMachine, inspect } from "../../support/docker";
import { withStack } from "../../support/stack";

/** Everything is allowed but one call, by which it shows. */
const NO_CHROOT = JSON.stringify({
    defaultAction: "SCMP_ACT_ALLOW",
    syscalls: [{ names: ["chroot"], action: "SCMP_ACT_ERRNO", errnoRet: 38 }],
});

describe("machines confined more, and less", () => {
    it("boot to running: minimal, with a profile of their own, and unconfined", async () => {
        const image = await debian("bookworm");
        const sandbox = () => {
            const { machines } = new SystemdSandbox(pulumi.getStack(), {
                ...image,
                machines: {
                    minimal: { hardening: "minimal" },
                    profile: { seccomp: NO_CHROOT },
                    unconfined: { seccomp: "unconfined" },
                },
            });
            return Promise.resolve({ machines });
        };
        await withStack(sandbox, async (stack) => {
            const machines = (await stack.up()).outputs.machines.value as Record<string, MachineOutputs>;
            for (const { container, state } of Object.values(machines)) {
                assert.equal(state, "running");
                assert.equal(await inMachine(container, "systemctl list-units --failed --no-legend"), "");
            }
            const { minimal, profile, unconfined } = machines;
            const status = (name: string) => `sed -n 's/^${name}:\\t//p' /proc/1/status`;
            // SETUID, SETGID and SETPCAP are 6, 7 and 8 (capabilities(7)).
            assert.equal(await inMachine(minimal.container, status("CapBnd")), "00000000000001c0");
            assert.equal(await inMachine(minimal.container, status("NoNewPrivs")), "1");
            await assert.rejects(inMachine(minimal.container, "touch /etc/x"), /Read-only file system/);
            await inMachine(minimal.container, "systemd-run --quiet --wait touch /tmp/x");
            await assert.rejects(inMachine(profile.container, "chroot / true"), /Function not implemented/);
            assert.equal(await inMachine(unconfined.container, status("Seccomp")), "0");
            assert.deepEqual((await inspect(unconfined.container)).HostConfig.CapAdd ?? [], []);

            assert.deepEqual(Object.keys(await stack.preview()), ["same"]);
            await stack.refresh();
            assert.deepEqual(Object.keys(await stack.preview()), ["same"]);
        });
    });
});
