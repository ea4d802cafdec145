import type * as pulumi from "@pulumi/pulumi";
import type { Peer, Variables } from "./program";

/** How programs reach a machine, and what makes them run again. */
export interface Reach {
    readonly peer: Peer;
    /** Whose address it is asked for, where it can be on several. */
    readonly network: pulumi.Input<string>;
    readonly variables: Variables;
}
