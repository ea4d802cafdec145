import * as pulumi from "@pulumi/pulumi";
import type { MachineSpec } from "../machine/arguments";
import type { Problem } from "../rules/problem";
import { containerName } from "./container";
import type { HostLook, OurLabels } from "./look";

/** Names that something else on the host has already: the engine would find out with half of the sandbox made. */
export function nameTakenProblems(
    { containers, networks }: HostLook,
    sandbox: string,
    machines: readonly MachineSpec[],
): Problem[] {
    const foreign = ({ labels }: { labels: OurLabels }) =>
        labels.sandbox !== sandbox || labels.project !== pulumi.getProject() || labels.stack !== pulumi.getStack();
    return [
        ...machines.flatMap((spec) => {
            const taken = containers.find((each) => each.name === containerName(spec) && foreign(each));
            return taken === undefined
                ? []
                : [conflict(`machines.${spec.machine}`, `the container ${taken.name} of this host`, taken.labels)];
        }),
        ...networks
            .filter(foreign)
            .map(({ name, labels }) => conflict("name", `the network ${name} of this host`, labels)),
    ];
}

function conflict(argument: string, taken: string, { sandbox, stack, project }: OurLabels): Problem {
    const whose =
        sandbox === ""
            ? "it is none of ours"
            : `it belongs to the sandbox ${sandbox} of the stack ${stack} of project ${project}`;
    return {
        argument,
        with: taken,
        why: `the name is taken; ${whose}`,
        mend: "Choose another name, or remove what has it",
    };
}
