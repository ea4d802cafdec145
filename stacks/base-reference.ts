import * as pulumi from "@pulumi/pulumi";
import type { BaseOutputs } from "../components";
import type { Problem } from "../components/rules/problem";

/** A base's outputs, or why there are none. */
export async function referToBase(stack: string, argument: string): Promise<BaseOutputs | Problem> {
    const name = fullName(stack);
    const problem = (value: string) => ({
        argument,
        value,
        allowed: "a stack whose base was brought up",
        mend: `Bring it up: pulumi stack select --create ${stack}, then pulumi up. Or build for yourself: pulumi config rm ${argument}`,
    });
    // A StackReference to a stack that isn't there ends the program with words of its own.
    if (!(await exists(name))) {
        return problem(stack);
    }
    const output = await new pulumi.StackReference(name).getOutputDetails("base");
    // All of it is a secret where the base's `host` is one.
    return ((output.value ?? output.secretValue) as BaseOutputs | undefined) ?? problem(`${stack}, without resources`);
}

async function exists(name: string): Promise<boolean> {
    return pulumi.runtime.invoke("pulumi:pulumi:readStackOutputs", { name }).then(
        () => true,
        () => false,
    );
}

/** `base` is a stack of this project; another project's is named in full. */
function fullName(stack: string): string {
    return stack.includes("/") ? stack : `${pulumi.getOrganization()}/${pulumi.getProject()}/${stack}`;
}
