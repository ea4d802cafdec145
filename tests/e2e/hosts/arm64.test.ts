import * as pulumi from "@pulumi/pulumi";
import assert from "node:assert/strict";
import { SystemdImage, SystemdSandbox } from "../../../components";
import { debianForArm64, emulateArm64 } from "../../support/arm64";
import { BASE } from "../../support/base-outputs";
import { docker, inMachine } from "../../support/docker";
import { skip } from "../../support/skip";
import { withStack } from "../../support/stack";

/** QEMU lacks what systemd takes to hand credentials to a service, and these units load some. */
const WITHOUT_CREDENTIALS = { dropIns: { "emulated.conf": { content: "[Service]\nLoadCredential=\n" } } };

if (process.env.HOSTS === "all") {
    describe("a machine of linux/arm64", function () {
        this.timeout("15m");

        let baseImage: string;
        let stop: (() => void) | undefined;

        before("an emulator, and a base image", async function () {
            const emulation = await emulateArm64();
            if (typeof emulation === "string") {
                skip(this, `nothing of linux/arm64 runs here: ${emulation}`);
            }
            stop = emulation;
            baseImage = await debianForArm64();
        });

        after(() => stop?.());

        it("has an image that is built by the same steps, and boots", async () => {
            const image = () => {
                const source = { baseImage, systemdVersion: 252, packageManager: "apt" } as const;
                return new SystemdImage(pulumi.getStack(), { ...source, platform: "linux/arm64" });
            };
            await withStack(
                () => Promise.resolve({ imageId: image().imageId }),
                async (stack) => {
                    const imageId = (await stack.up()).outputs.imageId.value as string;
                    assert.equal(await docker(["image", "inspect", "-f", "{{.Architecture}}", imageId]), "arm64");
                    stack.program(() => {
                        const units = {
                            "systemd-tmpfiles-setup.service": WITHOUT_CREDENTIALS,
                            "systemd-tmpfiles-setup-dev.service": WITHOUT_CREDENTIALS,
                            "systemd-sysctl.service": WITHOUT_CREDENTIALS,
                            "systemd-sysusers.service": WITHOUT_CREDENTIALS,
                        };
                        const base = { ...BASE, imageId };
                        new SystemdSandbox(pulumi.getStack(), { base, machines: { web: { units } } });
                        return Promise.resolve({ imageId: image().imageId });
                    });
                    await stack.up();
                    const said = await inMachine(`${stack.name}-web`, "uname -m; systemctl is-system-running");
                    assert.equal(said, "aarch64\nrunning");
                },
            );
        });
    });
}
