import * as pulumi from "@pulumi/pulumi";
import type { PulumiFn } from "@pulumi/pulumi/automation";
import { type MachineArgs, SystemdSandbox, type SystemdSandboxArgs } from "../../components";
import { debian } from "./base-image";

/**
 * The program of a Debian sandbox named like its stack, so that tests beside each other never meet; the base image is that of
 * the engine which `dockerHost` names.
 */
export function sandboxOf(
    machines: Record<string, MachineArgs>,
    more: Omit<SystemdSandboxArgs, "machines"> = {},
    dockerHost?: string,
): PulumiFn {
    return async () => {
        const image = await debian("bookworm", dockerHost);
        const sandbox = new SystemdSandbox(pulumi.getStack(), { ...image, ...more, machines });
        return { machines: sandbox.machines };
    };
}
