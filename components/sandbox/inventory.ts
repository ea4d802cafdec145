import { dump } from "js-yaml";
import { CONTAINER } from "../kubernetes/labels";
import type { MachineOutputs } from "../operations/machine-outputs";

/** What Ansible needs to know of a machine. */
type Host = Pick<MachineOutputs, "container" | "docker" | "groups" | "kubectl">;

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

function hostVariables({ container, docker, kubectl }: Host): Record<string, unknown> {
    return kubectl === undefined ? dockerVariables(container, docker) : kubectlVariables(container, kubectl);
}

/** What a machine needs to be like any other host. */
const USUAL = {
    // Finds a Python of whatever distribution, and doesn't warn that another one may come.
    ansible_python_interpreter: "auto_silent",
    // It is root already: where this is known, `become: true` asks for nothing.
    ansible_user: "root",
    // To become anybody else, as images have no sudo; and also those whose own shell lets nobody in.
    ansible_become_method: "su",
    ansible_su_flags: "-s /bin/sh",
};

/** With those of the connection plugin (community.docker, `ansible-doc -t connection community.docker.docker`). */
function dockerVariables(container: string, docker: string): Record<string, unknown> {
    const address = docker.replace(/^docker ?/, "");
    return {
        ansible_connection: "community.docker.docker",
        ansible_host: container,
        ...USUAL,
        // The engine mounts /etc/hosts, /etc/resolv.conf and /etc/hostname: they can be written, but not replaced.
        ansible_docker_extra_env: { ANSIBLE_UNSAFE_WRITES: "1" },
        ...(address !== "" && { ansible_docker_extra_args: address }),
    };
}

/** The same for a Pod (kubernetes.core, `ansible-doc -t connection kubernetes.core.kubectl`). */
function kubectlVariables(pod: string, kubectl: string): Record<string, unknown> {
    return {
        ansible_connection: "kubernetes.core.kubectl",
        ansible_kubectl_pod: pod,
        ansible_kubectl_container: CONTAINER,
        ansible_kubectl_extra_args: kubectl.replace(/^kubectl /, ""),
        ...USUAL,
    };
}
