import type { MachineSpec } from "../machine/arguments";

/** Names by which the others find a machine: each is a Service of the namespace. */
export function serviceNames({ machine, group, hostname, aliases }: MachineSpec): string[] {
    return [...new Set([machine, group, hostname, ...aliases])];
}
