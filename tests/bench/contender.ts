/** A way to bring machines up, and down again. What it does before and after is not measured. */
export interface Contender {
    readonly name: string;
    /** Until every machine's systemd is `running`. */
    up(): Promise<void>;
    /** Once more, with nothing to do; `undefined` where the contender has no notion of it. */
    again?(): Promise<void>;
    down(): Promise<void>;
    /** Takes away what the contender needed beside its machines. */
    close(): Promise<void>;
}

/** The phases in the order in which they are run. */
export const PHASES = ["up", "again", "down"] as const;

export type Phase = (typeof PHASES)[number];
