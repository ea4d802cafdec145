import * as pulumi from "@pulumi/pulumi";
import type { PulumiFn } from "@pulumi/pulumi/automation";
import { type MachineArgs, SystemdSandbox } from "../../components";
import { debian } from "./base-image";

/** The program of a Debian sandbox named like its stack, so that tests beside each other never meet. */
export function sandboxOf(machines: Record<string, MachineArgs>): PulumiFn {
    return async () => {
        const sandbox = new SystemdSandbox(pulumi.getStack(), { ...(await debian("bookworm")), machines });
        return { machines: sandbox.machines };
    };
}
