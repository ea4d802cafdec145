import * as pulumi from "@pulumi/pulumi";
import { type MachineArgs, machineArgsProblems } from "../machine/arguments";
import type { MachineName } from "../machine/machine-name";
import { withoutEchoes } from "../rules/echo";
import { fitted } from "../rules/fitting";
import type { Problem } from "../rules/problem";
import { type Fields, namedType } from "../rules/shape";

/**
 * What is wrong with values that nobody could look into before, such as a secret's: by the same rules, none of which shows one.
 * On preview already, where they are known by then. Those of steps are looked at when each of them runs.
 */
export function lateProblems(
    name: Omit<MachineName, "group">,
    { provision, ...given }: MachineArgs,
): pulumi.Output<readonly Problem[]> {
    return pulumi.unsecret(pulumi.output(given)).apply((known) => {
        const { args, problems } = fitted<MachineArgs>(known, namedType("ReplicatedMachine") as Fields);
        return withoutEchoes(problems, machineArgsProblems(name, args, ""));
    });
}
