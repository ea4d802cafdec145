import { dump } from "js-yaml";
import type { MachineOutputs } from "./machine";

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

/** Variables of the connection plugin (community.docker, `ansible-doc -t connection community.docker.docker`). */
function hostVariables({ container, docker }: Host): Record<string, string> {
    const address = docker.replace(/^docker ?/, "");
    return {
        ansible_connection: "community.docker.docker",
        ansible_host: container,
        // Finds a Python of whatever distribution, and doesn't warn that another one may come.
        ansible_python_interpreter: "auto_silent",
        ...(address !== "" && { ansible_docker_extra_args: address }),
    };
}

/**
 * A machine's groups: those of its labels, and for replicas the name that they have in common.
 * Ansible allows letters, digits and underscores in a group's name; anything else becomes an underscore.
 */
export function inventoryGroups(labels: Record<string, string> = {}, replicas?: string): string[] {
    const keyed = Object.entries(labels).map(([label, value]) => (value === "" ? label : `${label}_${value}`));
    const names = [...keyed, ...(replicas === undefined ? [] : [replicas])];
    return [...new Set(names.map((name) => name.replace(/[^A-Za-z0-9_]/g, "_").replace(/^(?=\d)/, "_")))].sort();
}
