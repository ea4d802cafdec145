import type { MachineArgs } from "../machine";
import { integerProblems, type Problem } from "../problems";

const MOST = 100;

/** A machine of a sandbox, or several that are alike. */
export interface ReplicatedMachineArgs extends MachineArgs {
    /**
     * How many machines of this kind there are, 0 to 100: `node` with 3 gives `node-0`, `node-1` and `node-2`, each with
     * volumes of its own, and the name `node` for all of them. Another count touches only the difference.
     * @default one machine, without a number
     */
    count?: number;
}

/** One machine, after the counting. */
export interface Replica {
    readonly machine: string;
    /** The name under which it was declared. */
    readonly group: string;
    readonly args: MachineArgs;
}

/** Each machine that is to be. */
export function replicas(machines: Record<string, ReplicatedMachineArgs>): Replica[] {
    return Object.entries(machines).flatMap(([group, { count, ...args }]) =>
        count === undefined
            ? [{ machine: group, group, args }]
            : replicaNames(group, count).map((machine) => ({ machine, group, args })),
    );
}

/** `node-0`, `node-1`, …; none without a count. A count that is refused anyway gives no endless list. */
export function replicaNames(group: string, count = 0): string[] {
    return Array.from({ length: Math.max(0, Math.min(count, MOST)) }, (_, index) => `${group}-${index}`);
}

/** Everything wrong with one machine's count, and what can't be the same in several machines. */
export function replicaProblems(args: ReplicatedMachineArgs, prefix: string): Problem[] {
    const { count, hostname, ports = [] } = args;
    const only = (argument: string, value: unknown) => ({
        argument: `${prefix}${argument}`,
        value,
        allowed: `nothing with count: ${count}`,
        mend: "Leave it out: each replica then gets its own",
    });
    return [
        ...integerProblems(`${prefix}count`, count, 0, MOST),
        ...(count === undefined || count < 2
            ? []
            : [
                  ...(hostname === undefined ? [] : [only("hostname", hostname)]),
                  ...ports.flatMap(({ hostPort }, index) =>
                      hostPort === undefined ? [] : [only(`ports[${index}].hostPort`, hostPort)],
                  ),
              ]),
    ];
}

/** A machine that has the name of another one's replica. */
export function replicaClashes(machines: Record<string, ReplicatedMachineArgs>): Problem[] {
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
