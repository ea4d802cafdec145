import * as pulumi from "@pulumi/pulumi";
import { SystemdSandbox } from "../../components";

const config = new pulumi.Config();

/** `pulumi up` is the test: it fails with the step that failed, and a changed script starts on a clean machine. */
const sandbox = new SystemdSandbox(pulumi.getStack(), {
    distribution: config.require("distribution"),
    baseImage: config.get("baseImage"),
    machines: {
        target: {
            provision: [
                { script: "setup.sh", replaceOnChange: true },
                // Whoever can run it once, should be able to run it twice.
                { script: "setup.sh" },
                { script: "check.sh" },
            ],
        },
    },
});

export const shells = sandbox.shells;
