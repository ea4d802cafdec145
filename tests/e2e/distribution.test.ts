import * as pulumi from "@pulumi/pulumi";
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { promisify } from "node:util";
import { type MachineOutputs, SystemdSandbox, type SystemdSandboxArgs } from "../../components";
import { debian } from "../support/base-image";
import { docker } from "../support/docker";
import { withStack } from "../support/stack";

/** As distributions with dnf or yum deliver it: no /sbin/init, until their package manager has installed systemd. */
const withoutInit = (baseImage: string, packageManager: string) => `
    FROM ${baseImage}
    RUN mv /sbin/init /root/init && rm -f /usr/bin/apt-get && printf '%s\\n' '#!/bin/sh' \\
        'echo "$@" >>/root/commands' 'test "$1" != install || mv /root/init /sbin/init' >/usr/bin/${packageManager} && \\
        chmod +x /usr/bin/${packageManager}`;

describe("a base image of another distribution", () => {
    const image = `localhost/pulumi-centos-systemd/other${randomBytes(3).toString("hex")}:1`;

    after(() => docker(["image", "rm", "--force", image]));

    for (const packageManager of ["dnf", "yum"] as const) {
        it(`gets its systemd from ${packageManager}, and is refused where that is another one than was said`, async () => {
            const { baseImage } = await debian("bookworm");
            const dockerfile = withoutInit(baseImage, packageManager);
            await promisify(execFile)("sh", [
                "-c",
                `docker build --quiet --tag ${image} - <<'END'\n${dockerfile}\nEND`,
            ]);
            const sandbox = (args: Partial<SystemdSandboxArgs>) => () => {
                const { machines } = new SystemdSandbox(pulumi.getStack(), {
                    baseImage: image,
                    packageManager,
                    machines: { web: {} },
                    ...args,
                });
                return Promise.resolve({ machines });
            };
            await withStack(sandbox({ systemdVersion: 251 }), async (stack) => {
                assert.match(await stack.upFails(), /the image has systemd 252, not 251\. Set systemdVersion to 252/);
                stack.program(sandbox({ systemdVersion: 252 }));
                const { web } = (await stack.up()).outputs.machines.value as Record<string, MachineOutputs>;
                assert.equal(web.state, "running");
                const commands = await docker(["exec", web.container, "cat", "/root/commands"]);
                assert.match(commands, /^install -y .*systemd\nclean all$/);
                const names = await docker(["inspect", "-f", "{{json .RepoTags}}", await imageOf(web.container)]);
                assert.ok(names.includes(`"localhost/pulumi-centos-systemd/${stack.name}:custom"`), names);
            });
        });
    }

    const imageOf = (container: string) => docker(["inspect", "-f", "{{.Image}}", container]);
});
