import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { ansiblePlaybook } from "../support/ansible";
import { debian } from "../support/base-image";
import { docker, inMachine } from "../support/docker";
import { withExample } from "../support/example";
import { skip } from "../support/skip";

describe("the example ansible-role", () => {
    it("gives an inventory with which the role under test runs, and then has nothing left to change", async function () {
        const playbook = await ansiblePlaybook().catch((error: Error) =>
            skip(this, `no Ansible here: ${error.message.trim().split("\n").slice(-1)[0]}`),
        );
        await withExample("ansible-role", async (stack, directory) => {
            const { outputs } = await stack.up();
            const inventory = path.join(tmpdir(), `${stack.name}.yml`);
            await writeFile(inventory, outputs.inventory.value as string);
            const words = ["--inventory", inventory, path.join(directory, "playbook.yml")];

            const first = await playbook(...words);
            assert.match(first, /RUNNING HANDLER \[greeter : Restart greeter\]/);
            assert.match(first, /web +: ok=\d+ +changed=[1-9]\d* +unreachable=0 +failed=0/);
            assert.equal(await inMachine(`${stack.name}-web`, "systemctl is-active greeter.service"), "active");
            assert.doesNotMatch(first, /spare/, "in no group of the playbook");

            assert.match(await playbook(...words), /web +: ok=\d+ +changed=0 +unreachable=0 +failed=0/);
        });
    });
});

describe("the example web-and-database", () => {
    before("packages are to be had by a container", async function () {
        const { baseImage } = await debian("bookworm");
        await docker(["run", "--rm", baseImage, "apt-get", "update", "--error-on=any"]).catch((error: Error) =>
            skip(this, `containers reach no Debian packages: ${error.message}`),
        );
    });

    it("counts visits in the database of the other machine, behind a password that nobody sees", async () => {
        await withExample("web-and-database", async (stack) => {
            await stack.setConfig("databasePassword", { value: "a horse of course", secret: true });
            const { outputs, stdout } = await stack.up();
            const visit = async () => (await fetch(outputs.url.value as string)).text();
            assert.equal(await visit(), "Visit 1, counted by db\n");
            assert.equal(await visit(), "Visit 2, counted by db\n");
            const unknown = await inMachine(`${stack.name}-web`, "redis-cli -h db get visits");
            assert.match(unknown, /NOAUTH/);
            assert.doesNotMatch(stdout, /horse/);
            assert.deepEqual(Object.keys((await stack.preview()).changeSummary), ["same"]);
        });
    });
});

describe("the example provisioning-script", () => {
    it("runs the script twice on a clean machine, and checks what it did", async () => {
        await withExample("provisioning-script", async (stack) => {
            const { stdout } = await stack.up();
            // Pulumi shows a step's output while it runs, each line as the status of its resource.
            assert.equal(new Set(stdout.match(/\bok - .*/g)).size, 6, stdout);
            assert.doesNotMatch(stdout, /not ok/);
        });
    });
});

describe("the example replicas", () => {
    it("has as many machines as it is told, and touches only the difference", async () => {
        await withExample("replicas", async (stack) => {
            const greetings = async (urls: string[]) =>
                Promise.all(urls.map(async (url) => /^Hello from (\S+):/.exec(await (await fetch(url)).text())?.[1]));
            const { outputs } = await stack.up();
            assert.deepEqual(await greetings(outputs.urls.value as string[]), ["node-0", "node-1", "node-2"]);

            await stack.setConfig("count", { value: "2" });
            const fewer = await stack.up();
            assert.deepEqual(await greetings(fewer.outputs.urls.value as string[]), ["node-0", "node-1"]);
            // The update is the sandbox's own: its arguments stand in the state.
            const { update, ...others } = fewer.summary.resourceChanges ?? {};
            assert.deepEqual([update, Object.keys(others).sort()], [1, ["delete", "same"]]);
            assert.deepEqual(fewer.outputs.urls.value, (outputs.urls.value as string[]).slice(0, 2));
        });
    });
});
