import type { BadValue } from "../../rules/problem";
import { variableProblems, wordProblems } from "../../rules/process";
import type { ArgumentTable } from "../argument";
import { stepFileProblems } from "../files/files";
import { scriptProblems } from "./script";
import { type ProvisionArgs, type Step, stepOf } from "./step";

/** What is done to a machine once it runs. */
export interface ProvisioningArgs {
    /**
     * Steps that provision the machine, one after the other, once systemd is ready. A changed step alone runs again.
     * @default none
     */
    provision?: ProvisionArgs[];
}

export interface ProvisioningSpec {
    readonly steps: readonly Step[];
}

/** A variable's name in POSIX's words, other ones can't be set by a shell; some are run-step.sh's own. */
const VARIABLE = /^(?!PROVISION_)[A-Za-z_][A-Za-z0-9_]*$/;
const STEP_NAME = /^[a-z]([a-z0-9-]*[a-z0-9])?$/;
/** One line; what else is in it, the machine says. */
const DIRECTORY = /^\/[^\u0000-\u001f\u007f]*$/;
const USER = /^[A-Za-z0-9_][A-Za-z0-9_.-]*(:[A-Za-z0-9_][A-Za-z0-9_.-]*)?$/;
/** Everything wrong with one machine's provisioning. */
function provisionProblems(steps: readonly ProvisionArgs[], argument: string): BadValue[] {
    return steps.flatMap((step, index) => [
        ...stepNameProblems(step, steps.slice(0, index), `${argument}[${index}].name`),
        ...stepProblems(step, `${argument}[${index}]`),
    ]);
}

function stepNameProblems({ name }: ProvisionArgs, earlier: readonly ProvisionArgs[], argument: string): BadValue[] {
    if (name === undefined) {
        return [];
    }
    if (!STEP_NAME.test(name)) {
        return [{ argument, value: name, allowed: "lower-case letters, digits and dashes, a letter first" }];
    }
    return earlier.some((other) => other.name === name)
        ? [{ argument, value: name, allowed: "a name that no other step of the machine has" }]
        : [];
}

function stepProblems(step: ProvisionArgs, argument: string): BadValue[] {
    return [
        ...scriptProblems(step, argument),
        ...wordProblems(step.args ?? [], `${argument}.args`),
        ...variableNameProblems(step.environment ?? {}, `${argument}.environment`),
        ...variableProblems(step.environment ?? {}, `${argument}.environment`),
        ...stepFileProblems(step.files ?? {}, `${argument}.files`),
        ...(step.user === undefined || USER.test(step.user)
            ? []
            : [
                  {
                      argument: `${argument}.user`,
                      value: step.user,
                      allowed: 'a user\'s name or number, "postgres:root"',
                  },
              ]),
        ...(step.directory === undefined || DIRECTORY.test(step.directory)
            ? []
            : [{ argument: `${argument}.directory`, value: step.directory, allowed: "an absolute path" }]),
    ];
}

function variableNameProblems(environment: Readonly<Record<string, unknown>>, argument: string): BadValue[] {
    return Object.keys(environment)
        .filter((name) => !VARIABLE.test(name))
        .map((value) => ({
            argument,
            value,
            allowed: "names of letters, digits and underscores that begin neither with a digit nor with PROVISION_",
        }));
}

export const PROVISIONING = {
    provision: { problems: provisionProblems, spec: (steps = []) => ({ steps: steps.map(stepOf) }) },
} satisfies ArgumentTable<ProvisioningArgs, ProvisioningSpec>;
