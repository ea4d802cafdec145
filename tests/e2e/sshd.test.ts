import * as pulumi from "@pulumi/pulumi";
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { SystemdSandbox } from "../../components";
import { debian } from "../support/base-image";
import { docker } from "../support/docker";
import { skip } from "../support/skip";
import { withStack } from "../support/stack";

const run = promisify(execFile);

describe("a machine with ssh", () => {
    let directory: string;
    const key = () => join(directory, "id");

    before("an ssh client, and packages for a container", async function () {
        if (!existsSync("/usr/bin/ssh-keygen")) {
            skip(this, "there is no ssh client on this machine (Debian: openssh-client)");
        }
        const { baseImage } = await debian("bookworm");
        await docker(["run", "--rm", baseImage, "apt-get", "update", "--error-on=any"]).catch((error: Error) =>
            skip(this, `containers reach no Debian packages: ${error.message}`),
        );
        directory = mkdtempSync(join(tmpdir(), "sshd-"));
        await run("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", key()]);
        await run("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", join(directory, "other")]);
    });

    after(() => directory && rmSync(directory, { recursive: true }));

    it("lets in who has the key, by the output sshConfig alone, and knows each machine by a key of its own", async () => {
        const sandbox = async () => {
            const ssh = { publicKey: readFileSync(`${key()}.pub`, "utf8") };
            const machines = { web: { ssh }, db: { ssh }, other: {} };
            const args = { ...(await debian("bookworm")), packages: ["openssh-server"], machines };
            return { sshConfig: new SystemdSandbox(pulumi.getStack(), args).sshConfig };
        };
        await withStack(sandbox, async (stack) => {
            const config = join(directory, "config");
            const text = (await stack.up()).outputs.sshConfig.value as string;
            writeFileSync(config, text);
            const ssh = (identity: string, machine: string) =>
                run("ssh", [
                    "-F",
                    config,
                    "-i",
                    identity,
                    "-o",
                    "BatchMode=yes",
                    `${stack.name}-${machine}`,
                    "hostname; id -un",
                ]);

            for (const machine of ["web", "db"]) {
                assert.equal((await ssh(key(), machine)).stdout, `${machine}\nroot\n`);
            }
            await assert.rejects(ssh(join(directory, "other"), "web"), /Permission denied \(publickey\)/);

            const [web, db] = [...text.matchAll(/KnownHostsCommand .*? (ssh-ed25519 .*)/g)].map(
                ([, hostKey]) => hostKey,
            );
            assert.notEqual(web, db);
            writeFileSync(config, text.replaceAll(web, db));
            await assert.rejects(ssh(key(), "web"), /Host key verification failed/);
            assert.doesNotMatch(text, /other/);
            assert.deepEqual(await stack.changes(), []);
        });
    });
});
