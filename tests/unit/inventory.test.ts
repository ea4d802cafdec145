import { load } from "js-yaml";
import assert from "node:assert/strict";
import { inventoryGroups, LABELS } from "../../components/machine/placement/labels";
import { ansibleInventory } from "../../components/sandbox/inventory";
import { describeProblems } from "../../components/rules/problem";

describe("the Ansible inventory", () => {
    it("has each machine with its connection, and the groups of its labels", () => {
        const inventory = ansibleInventory({
            web: { container: "alice-web", docker: "docker", groups: ["role_web", "linux"] },
            "db-0": { container: "alice-db-0", docker: "docker -H ssh://root@far --tlsverify", groups: ["linux"] },
        });
        const connection = {
            ansible_connection: "community.docker.docker",
            ansible_python_interpreter: "auto_silent",
            ansible_user: "root",
            ansible_become_method: "su",
            ansible_su_flags: "-s /bin/sh",
            ansible_docker_extra_env: { ANSIBLE_UNSAFE_WRITES: "1" },
        };
        assert.deepEqual(load(inventory), {
            all: {
                hosts: {
                    web: { ...connection, ansible_host: "alice-web" },
                    "db-0": {
                        ...connection,
                        ansible_host: "alice-db-0",
                        ansible_docker_extra_args: "-H ssh://root@far --tlsverify",
                    },
                },
                children: { linux: { hosts: { web: {}, "db-0": {} } }, role_web: { hosts: { web: {} } } },
            },
        });
    });

    it("has no groups where there are no labels", () => {
        const inventory = ansibleInventory({ web: { container: "alice-web", docker: "docker", groups: [] } });
        assert.doesNotMatch(inventory, /children/);
    });

    it("names groups as Ansible allows", () => {
        assert.deepEqual(inventoryGroups({ "com.example.role": "web-server", webserver: "", "9p": "" }, "node"), [
            "_9p",
            "com_example_role_web_server",
            "node",
            "webserver",
        ]);
    });
});

describe("a bad label", () => {
    it("is refused: a blank, an empty name, one of ours", () => {
        const labels = { "a b": "", "": "x", "pulumi-centos-systemd.owner": "me", fine: "" };
        const problems = LABELS.labels.problems(labels, "labels");
        assert.deepEqual(
            problems.map(({ value }) => value),
            ["a b", "", "pulumi-centos-systemd.owner"],
        );
        assert.match(describeProblems(problems), /labels: "a b"; allowed: names of letters, digits, dots/);
    });
});
