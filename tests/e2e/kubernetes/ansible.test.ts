import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ansiblePlaybook } from "../../support/ansible";
import { debian } from "../../support/base-image";
import { environmentOf, inPod, sandboxOn, withStackOn } from "../../support/kubernetes/sandbox";
import { sharedCluster } from "../../support/kubernetes/shared";
import { skip } from "../../support/skip";
import { CHECKOUT } from "../../support/stack";

/** Somebody else than root, whose shell lets nobody in, and what Ansible finds out by itself. */
const PLAYBOOK = [
    {
        name: "A host like any other",
        hosts: "all",
        tasks: [
            {
                name: "Its facts are those of a container with systemd",
                "ansible.builtin.assert": {
                    that: [
                        'ansible_facts.service_mgr == "systemd"',
                        'ansible_facts.virtualization_role == "guest"',
                        "ansible_facts.hostname == inventory_hostname",
                    ],
                },
            },
            {
                name: "Somebody else than root",
                "ansible.builtin.command": "id -un",
                become: true,
                become_user: "www-data",
                register: "identity",
                changed_when: false,
                failed_when: 'identity.stdout != "www-data"',
            },
        ],
    },
];

if (process.env.KUBERNETES === "all") {
    describe("Ansible, in machines of a cluster", function () {
        it("plays a role with the output inventory, and then has nothing left to change", async function () {
            const cluster = await sharedCluster(this);
            this.timeout("10m"); // Ansible may have to be installed first
            const playbook = await ansiblePlaybook(environmentOf(cluster)).catch((error: Error) =>
                skip(this, `no Ansible here: ${error.message.trim().split("\n").slice(-1)[0]}`),
            );
            await debian("bookworm");
            const machines = { web: { labels: { role: "greeter" } }, spare: {} };
            await withStackOn(cluster, sandboxOn(cluster, machines), async (stack) => {
                const { outputs } = await stack.up();
                const inventory = join(stack.directory, "inventory.yml");
                await writeFile(inventory, outputs.inventory.value as string);

                const role = join(CHECKOUT, "examples", "ansible-role", "playbook.yml");
                const first = await playbook("--inventory", inventory, role);
                assert.match(first, /RUNNING HANDLER \[greeter : Restart greeter\]/);
                assert.match(first, /web +: ok=\d+ +changed=[1-9]\d* +unreachable=0 +failed=0/);
                assert.doesNotMatch(first, /spare/, "in no group of the playbook");
                assert.equal(await inPod(cluster, stack.name, "web", "systemctl is-active greeter.service"), "active");
                const second = await playbook("--inventory", inventory, role);
                assert.match(second, /web +: ok=\d+ +changed=0 +unreachable=0 +failed=0/);

                // JSON is YAML.
                const own = join(stack.directory, "playbook.yml");
                await writeFile(own, JSON.stringify(PLAYBOOK));
                const both = await playbook("--inventory", inventory, own);
                for (const machine of Object.keys(machines)) {
                    assert.match(both, new RegExp(`${machine} +: ok=3 +changed=0 +unreachable=0 +failed=0`));
                }
            });
        });
    });
}
