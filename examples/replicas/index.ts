import * as pulumi from "@pulumi/pulumi";
import { type ClusterArgs, SystemdSandbox } from "../../components";

const config = new pulumi.Config();

/** node-0, node-1, … each with a port of its own; by the name `node` they find one another. */
const sandbox = new SystemdSandbox(pulumi.getStack(), {
    distribution: config.require("distribution"),
    baseImage: config.get("baseImage"),
    // pulumi config set --path cluster.registry … makes Pods of the machines (docs/kubernetes.md).
    cluster: config.getObject<ClusterArgs>("cluster"),
    machines: {
        node: {
            count: config.requireNumber("count"),
            ports: [{ port: 80 }],
            files: { "/usr/local/bin/hello": { source: "../../stacks/web/hello", mode: "0755" } },
            units: {
                "hello.socket": { source: "../../stacks/web/hello.socket", enable: true },
                "hello@.service": { source: "../../stacks/web/hello@.service" },
            },
        },
    },
});

export const urls = sandbox.machines.apply((machines) =>
    Object.values(machines).map(({ ports }) => `http://${ports[0].split("->")[0]}/`),
);
