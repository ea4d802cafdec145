/** A way to bring machines up, and down again. What it does before and after is not measured. */
export interface Contender {
    readonly name: string;
    /** What it can do; a contender without a notion of a phase leaves it out. */
    readonly phases: Partial<Record<Phase, () => Promise<void>>>;
    /** Bytes of what it remembers between two runs, as it lies on the disk; asked while everything is up. */
    stateBytes?(): number;
    /** Takes away what the contender needed beside its machines. */
    close(): Promise<void>;
}

/**
 * In the order in which they are run: `up` until every machine's systemd is `running`; `again` with nothing to do; `change` after
 * one machine's script was edited; `down`.
 */
export const PHASES = ["up", "again", "change", "down"] as const;

export type Phase = (typeof PHASES)[number];
