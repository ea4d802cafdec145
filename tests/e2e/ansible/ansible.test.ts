import * as pulumi from "@pulumi/pulumi";
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import * as path from "node:path";
import { type MachineArgs, SystemdSandbox } from "../../../components";
import { ansiblePlaybook, type Playbook } from "../../support/ansible";
import { stockDebian } from "../../support/base-image";
import { docker } from "../../support/docker";
import { skip } from "../../support/skip";
import { openStack, type TestStack } from "../../support/stack";

/** What a role asks of its machine that isn't there by itself; docs/machines.md has it for people. */
const MACHINES: Record<string, MachineArgs> = {
    users: {},
    // The clock is the host's: chrony's own condition would skip it.
    ntp: {
        units: {
            "chrony.service": {
                dropIns: {
                    "10-clock.conf": {
                        content: `[Unit]
ConditionCapability=
[Service]
ExecStart=
ExecStart=!/usr/sbin/chronyd -x $DAEMON_OPTS
`,
                    },
                },
            },
        },
    },
    web: {},
    database: {},
    hardening: {},
};

const ROLES = Object.keys(MACHINES);

/** `npm run test:ansible`; `npm test` plays the role of examples/ansible-role. */
if (process.env.ANSIBLE === "all") {
    describe("Ansible, in machines from an image like Docker Hub's", inMachines);
}

function inMachines(this: Mocha.Suite): void {
    // Packages are downloaded for each.
    this.timeout("15m");

    let playbook: Playbook;
    let stack: TestStack;
    let inventory: string;

    /** A machine for each role, and one that is rebooted. */
    const program = async () => {
        const machines = { host: {}, ...Object.fromEntries(ROLES.map((role) => [role, MACHINES[role]])) };
        const sandbox = new SystemdSandbox(pulumi.getStack(), { ...(await stockDebian("bookworm")), machines });
        return { inventory: sandbox.inventory };
    };

    /** Runs a playbook on one machine; its last line says what it came to. */
    const run = async (name: string, host: string, variables: Record<string, string> = {}) => {
        const extra = Object.entries(variables).flatMap(([key, value]) => ["--extra-vars", `${key}=${value}`]);
        const words = ["--inventory", inventory, "--limit", host, ...extra, path.join(__dirname, name)];
        return playbook(...words);
    };
    const recap = (host: string, changed: string) =>
        new RegExp(`^${host} +: ok=\\d+ +changed=${changed} +unreachable=0 +failed=0 `, "m");
    const nothing = "0";
    const something = "[1-9]\\d*";

    before("Ansible, packages, and the machines", async function () {
        playbook = await ansiblePlaybook().catch((error: Error) =>
            skip(this, `no Ansible here: ${error.message.trim().split("\n").slice(-1)[0]}`),
        );
        const { baseImage } = await stockDebian("bookworm");
        await docker(["run", "--rm", baseImage, "apt-get", "update", "--error-on=any"]).catch((error: Error) =>
            skip(this, `containers reach no Debian packages: ${error.message}`),
        );
        stack = await openStack(program);
        const { outputs } = await stack.up();
        inventory = path.join(stack.directory, "inventory.yml");
        await writeFile(inventory, outputs.inventory.value as string);
    });

    after("the machines", () => stack?.close());

    it("does with one what it does with any host, a reboot among it, and then has nothing left to change", async () => {
        assert.match(await run("machine.yml", "host"), recap("host", something));
        assert.match(await run("machine.yml", "host", { reboots: "false" }), recap("host", nothing));
    });

    for (const role of ROLES) {
        it(`plays the role ${role}, and then has nothing left to change`, async () => {
            assert.match(await run("role.yml", role, { role }), recap(role, something));
            assert.match(await run("role.yml", role, { role }), recap(role, nothing));
        });
    }
}
