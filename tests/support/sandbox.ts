import * as pulumi from "@pulumi/pulumi";
import type { PulumiFn } from "@pulumi/pulumi/automation";
import { type MachineArgs, SystemdSandbox, type SystemdSandboxArgs } from "../../components";
import { debian } from "./base-image";

/** The program of a Debian sandbox named like its stack, so that tests beside each other never meet. */
export function sandboxOf(
    machines: Record<string, MachineArgs>,
    more: Omit<SystemdSandboxArgs, "machines"> = {},
): PulumiFn {
    return async () => {
        const sandbox = new SystemdSandbox(pulumi.getStack(), { ...(await debian("bookworm")), ...more, machines });
        return { machines: sandbox.machines };
    };
}
