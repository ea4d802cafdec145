import { wholeNumberProblems } from "../../rules/whole-number";
import type { Problem } from "../../rules/problem";
import type { PortArgs } from "../network/ports";

const MOST = 100;

/** How many machines of a kind a sandbox has, and where. */
export interface PlacementArgs {
    /**
     * How many machines of this kind there are, 0 to 100: `node` with 3 gives `node-0`, `node-1` and `node-2`, each with
     * volumes of its own, and the name `node` for all of them. Another count touches only the difference.
     * @asType integer
     * @default one machine, without a number
     */
    count?: number;
    /**
     * Name of one of the sandbox's `hosts`, to run the machine there; with `cluster`, the name of a node.
     * @default the sandbox's own `host`, or whichever node the cluster chooses
     */
    on?: string;
    /**
     * Labels that a node must have for the machine to run on it, beside those of `cluster.nodeSelector`. Only with `cluster`.
     * @default none
     */
    nodeSelector?: Record<string, string>;
}

/** One machine, after the counting. */
export interface Replica<Args> {
    readonly machine: string;
    /** The name under which it was declared. */
    readonly group: string;
    /** The host's name among `hosts`; empty for the sandbox's own. */
    readonly on: string;
    /** Labels that its node must have. */
    readonly nodeSelector: Readonly<Record<string, string>>;
    readonly args: Args;
}

/** Each machine that is to be. */
export function replicas<Args extends PlacementArgs>(
    machines: Record<string, Args>,
): Replica<Omit<Args, keyof PlacementArgs>>[] {
    return Object.entries(machines).flatMap(([group, { count, on = "", nodeSelector = {}, ...args }]) =>
        count === undefined
            ? [{ machine: group, group, on, nodeSelector, args }]
            : replicaNames(group, count).map((machine) => ({ machine, group, on, nodeSelector, args })),
    );
}

/** `node-0`, `node-1`, …; none without a count. A count that is refused anyway gives no endless list. */
export function replicaNames(group: string, count = 0): string[] {
    return Array.from({ length: Math.max(0, Math.min(count, MOST)) }, (_, index) => `${group}-${index}`);
}

/** Everything wrong with one machine's count. */
export function countProblems(count: number, argument: string): Problem[] {
    return wholeNumberProblems(argument, count, 0, MOST);
}

/** What can't be the same in several machines. */
export function replicaConflicts(
    { count, hostname, ports = [] }: PlacementArgs & { hostname?: string; ports?: PortArgs[] },
    prefix: string,
): Problem[] {
    if (count === undefined || count < 2) {
        return [];
    }
    const single = [
        ...(hostname === undefined ? [] : ["hostname"]),
        ...ports.flatMap(({ hostPort }, index) => (hostPort === undefined ? [] : [`ports[${index}].hostPort`])),
    ];
    return single.map((argument) => ({
        argument: `${prefix}${argument}`,
        with: `count: ${count}`,
        why: "only one of the machines could have it",
        mend: "Leave it out: each replica then gets its own",
    }));
}

/** A machine that has the name of another one's replica. */
export function replicaClashes(machines: Record<string, PlacementArgs>): Problem[] {
    return Object.entries(machines).flatMap(([group, { count }]) =>
        replicaNames(group, count)
            .filter((replica) => replica in machines)
            .map((replica) => ({
                argument: `machines.${replica}`,
                value: replica,
                allowed: `a name that isn't a replica's; machines.${group}.count is ${count}`,
            })),
    );
}
