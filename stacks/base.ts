import * as pulumi from "@pulumi/pulumi";
import { SystemdBase, type SystemdBaseArgs } from "../components";
import { checkBase } from "../components/base/base";
import type { Problem } from "../components/rules/problem";
import { argumentsOf } from "../components/rules/shape";
import { refuseConfig, type StackConfig } from "./config";

/** The stack `base`, and each whose name begins like it: the image and the host that sandboxes share. */
export function baseStack({ webPort: _, ...config }: StackConfig, problems: readonly Problem[]) {
    const name = pulumi.getStack();
    const known = argumentsOf("SystemdBase").properties;
    const args = Object.fromEntries(Object.entries(config).filter(([key]) => key in known)) as SystemdBaseArgs;
    refuseConfig([
        ...problems,
        ...Object.keys(config)
            .filter((key) => !(key in known))
            .map((argument) => ({
                argument,
                with: "a base",
                why: "a base has no machines",
                mend: `pulumi config rm ${argument}`,
            })),
        ...checkBase(name, args).problems,
    ]);
    return { base: new SystemdBase(name, args).outputs };
}
