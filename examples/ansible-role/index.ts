import * as pulumi from "@pulumi/pulumi";
import { SystemdSandbox } from "../../components";

const config = new pulumi.Config();

/** Two machines for the playbook beside this file; the labels are the inventory's groups. */
const sandbox = new SystemdSandbox(pulumi.getStack(), {
    distribution: config.require("distribution"),
    baseImage: config.get("baseImage"),
    machines: {
        web: { labels: { role: "greeter" } },
        spare: {},
    },
});

export const inventory = sandbox.inventory;
