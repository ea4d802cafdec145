import * as pulumi from "@pulumi/pulumi";
import { SystemdSandbox } from "pulumi-centos-systemd";

const config = new pulumi.Config();

/** One sandbox for each stack: `pulumi stack init alice` begins another one. */
const sandbox = new SystemdSandbox(pulumi.getStack(), {
    distribution: config.require("distribution"),
    baseImage: config.get("baseImage"),
    ttl: "3d",
    machines: {
        web: {
            memory: "512MiB",
            ports: [{ port: 80 }],
            files: { "/etc/motd": { content: "Declared in index.ts\n" } },
            provision: [{ script: "./provision/web.sh" }],
        },
        client: { memory: "512MiB" },
    },
});

export const { machines, shells } = sandbox;
