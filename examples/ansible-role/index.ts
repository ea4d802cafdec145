import * as pulumi from "@pulumi/pulumi";
import { type ClusterArgs, SystemdSandbox } from "../../components";

const config = new pulumi.Config();

/** Two machines for the playbook beside this file; the labels are the inventory's groups. */
const sandbox = new SystemdSandbox(pulumi.getStack(), {
    distribution: config.require("distribution"),
    baseImage: config.get("baseImage"),
    // pulumi config set --path cluster.registry … makes Pods of the machines (docs/kubernetes.md).
    cluster: config.getObject<ClusterArgs>("cluster"),
    machines: {
        web: { labels: { role: "greeter" } },
        spare: {},
    },
});

export const inventory = sandbox.inventory;
