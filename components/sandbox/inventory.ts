import { dump } from "js-yaml";
import type { MachineOutputs } from "../docker/machine-outputs";

/** What Ansible needs to know of a machine. */
type Host = Pick<MachineOutputs, "container" | "docker" | "groups">;

/** The machines as `ansible-playbook --inventory` reads them; `all` is Ansible's name for every host. */
export function ansibleInventory(machines: Record<string, Host>): string {
    const groups = [...new Set(Object.values(machines).flatMap((machine) => machine.groups))].sort();
    const members = (group: string) =>
        Object.entries(machines).flatMap(([name, machine]) => (machine.groups.includes(group) ? [[name, {}]] : []));
    const inventory = {
        all: {
            hosts: Object.fromEntries(
                Object.entries(machines).map(([name, machine]) => [name, hostVariables(machine)]),
            ),
            ...(groups.length > 0 && {
                children: Object.fromEntries(
                    groups.map((group) => [group, { hosts: Object.fromEntries(members(group)) as object }]),
                ),
            }),
        },
    };
    // No line breaks within long values: a person greps in it.
    return dump(inventory, { lineWidth: -1 });
}

/**
 * Variables of the connection plugin (community.docker, `ansible-doc -t connection community.docker.docker`), and what a machine
 * needs to be like any other host.
 */
function hostVariables({ container, docker }: Host): Record<string, unknown> {
    const address = docker.replace(/^docker ?/, "");
    return {
        ansible_connection: "community.docker.docker",
        ansible_host: container,
        // Finds a Python of whatever distribution, and doesn't warn that another one may come.
        ansible_python_interpreter: "auto_silent",
        // It is root already: where this is known, `become: true` asks for nothing.
        ansible_user: "root",
        // To become anybody else, as images have no sudo; and also those whose own shell lets nobody in.
        ansible_become_method: "su",
        ansible_su_flags: "-s /bin/sh",
        // The engine mounts /etc/hosts, /etc/resolv.conf and /etc/hostname: they can be written, but not replaced.
        ansible_docker_extra_env: { ANSIBLE_UNSAFE_WRITES: "1" },
        ...(address !== "" && { ansible_docker_extra_args: address }),
    };
}
