import type * as pulumi from "@pulumi/pulumi";
import type { MachineArgs } from "../machine/arguments";
import type { Replica } from "../machine/placement/replicas";
import type { MachineOutputs } from "../operations/machine-outputs";

/** A machine that is to be, after the counting. */
export type Declared = Replica<MachineArgs>;

/** Where machines of a sandbox are: a host of its own, or a cluster. All that machines need there is made; they are put onto it. */
export interface Site {
    /** What is known of the machine once it is ready. */
    createMachine(declared: Declared): pulumi.Output<MachineOutputs>;
}
