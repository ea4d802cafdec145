import type { ArgumentTable } from "../argument";

/** What the engine does when a machine stops, or when the engine itself starts. */
export const RestartPolicy = {
    /** A machine that stopped stays off. */
    no: "no",
    /** Started again when PID 1 ended with another status than 0. */
    onFailure: "on-failure",
    /** Started again, also when the engine starts, unless somebody stopped it. */
    unlessStopped: "unless-stopped",
    /** Started again, also after a crash of the engine. */
    always: "always",
} as const;
export type RestartPolicy = (typeof RestartPolicy)[keyof typeof RestartPolicy];

/** What becomes of a machine that stops. */
export interface RestartArgs {
    /**
     * What the engine does when the machine stops or the engine starts: `no`, `on-failure`, `unless-stopped` or `always`.
     * Only `always` also survives a crash of the engine. A machine that reboots by itself comes back whatever this says.
     * @default "no": a machine that was powered off stays off
     */
    restart?: RestartPolicy;
}

export interface RestartSpec {
    readonly restart: RestartPolicy;
}

export const RESTART = {
    restart: { spec: (restart = "no") => ({ restart }) },
} satisfies ArgumentTable<RestartArgs, RestartSpec>;
