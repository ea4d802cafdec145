import type * as pulumi from "@pulumi/pulumi";
import type { CgroupAccess } from "../cgroups/access";
import type { ImageSourceArgs } from "../distribution/source";
import type { MachineSpec } from "../machine/arguments";
import type { SandboxNetworkArgs } from "../machine/network/network";

/** What a site needs to know of its sandbox. */
export interface SandboxSettings extends ImageSourceArgs {
    readonly sandbox: string;
    /** The machines that are to be on it. */
    readonly machines: readonly MachineSpec[];
    readonly network?: SandboxNetworkArgs;
    readonly owner?: pulumi.Input<string>;
    readonly ttl?: string;
    readonly keepImage?: boolean;
    readonly cgroupAccess?: CgroupAccess;
}
