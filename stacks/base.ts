import * as pulumi from "@pulumi/pulumi";
import { SystemdBase } from "../components";
import { type Problem } from "../components/problems";
import { baseProblems } from "../components/validation";
import { refuseConfig, type StackConfig } from "./config";

/** What a base has; the other keys are for sandboxes. */
const OF_A_BASE = [
    "baseImage",
    "certPath",
    "cgroupAccess",
    "distribution",
    "host",
    "packageManager",
    "packages",
    "systemdVersion",
    // Has a default in Pulumi.yaml, so it is always there.
    "webPort",
];

/** The stack `base`, and each whose name begins like it: the image and the host that sandboxes share. */
export function baseStack(config: StackConfig, problems: readonly Problem[]) {
    const name = pulumi.getStack();
    refuseConfig([
        ...problems,
        ...Object.keys(config)
            .filter((key) => !OF_A_BASE.includes(key))
            .map((argument) => ({
                argument,
                value: "set",
                allowed: "nothing: a base has no machines",
                mend: `pulumi config rm ${argument}`,
            })),
        ...baseProblems(name, config),
    ]);
    const { distribution, baseImage, systemdVersion, packageManager, packages, host, certPath, cgroupAccess } = config;
    const args = { distribution, baseImage, systemdVersion, packageManager, packages, host, certPath, cgroupAccess };
    return { base: new SystemdBase(name, args).outputs };
}
