/** Who a machine is. */
export interface MachineName {
    /** The sandbox: domain of its machines. */
    readonly sandbox: string;
    /** The machine. */
    readonly machine: string;
    /** What replicas have in common: the name under which they were declared. */
    readonly group: string;
}
