import type { Limit } from "./machine";

/** Arguments of a SystemdSandbox, as it records them. */
export interface SandboxInputs {
    readonly ttl?: string;
    readonly owner?: string;
    readonly machines?: Readonly<Record<string, { readonly pids?: number }>>;
}

export const SANDBOX = "centos-systemd:index:SystemdSandbox";

const HOURS: Readonly<Record<string, number>> = { h: 1, d: 24, w: 168 };

/** `longest` in the words of `ttl`; without it, any will do. */
export function ttlViolations({ ttl }: SandboxInputs, name: string, longest: string | undefined): string[] {
    if (!ttl) {
        return [
            `${name} has no time to live. Give it \`ttl\`: "8h", "3d", "2w"${longest ? `; at most ${longest}` : ""}.`,
        ];
    }
    return longest !== undefined && hours(ttl) > hours(longest)
        ? [`${name} may live for ${ttl}, which is more than ${longest}. Choose a shorter \`ttl\`.`]
        : [];
}

function hours(ttl: string): number {
    return Number(ttl.slice(0, -1)) * HOURS[ttl.slice(-1)];
}

/** `pattern` is a regular expression that the owner's name matches. */
export function ownerViolations({ owner }: SandboxInputs, name: string, pattern: string): string[] {
    if (!owner) {
        return [`${name} says nobody whom it belongs to. Give it \`owner\`.`];
    }
    return new RegExp(pattern).test(owner)
        ? []
        : [`${name} belongs to ${JSON.stringify(owner)}, which doesn't match ${pattern}. Give it another \`owner\`.`];
}

/** The one limit that containers don't show. */
export function pidsViolations({ machines = {} }: SandboxInputs, name: string, needed: readonly Limit[]): string[] {
    return Object.entries(machines)
        .filter(([, { pids }]) => needed.includes("pids") && !pids)
        .map(([machine]) => `${name} lets its machine ${machine} have any number of processes. Give it \`pids\`.`);
}
