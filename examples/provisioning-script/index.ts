import * as pulumi from "@pulumi/pulumi";
import { type ClusterArgs, SystemdSandbox } from "../../components";

const config = new pulumi.Config();

/** `pulumi up` is the test: it fails with the step that failed, and a changed script starts on a clean machine. */
const sandbox = new SystemdSandbox(pulumi.getStack(), {
    distribution: config.require("distribution"),
    baseImage: config.get("baseImage"),
    // pulumi config set --path cluster.registry … makes Pods of the machines (docs/kubernetes.md).
    cluster: config.getObject<ClusterArgs>("cluster"),
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
