import * as pulumi from "@pulumi/pulumi";
import { SystemdSandbox } from "../../../components";

const config = new pulumi.Config();

/** What it is called here stands before the names of its machines on the host. */
const sandbox = new SystemdSandbox(pulumi.getStack(), {
    distribution: config.require("distribution"),
    baseImage: config.require("baseImage"),
    ttl: "8h",
    machines: {
        web: {
            ports: [{ port: 80 }], // a free one of the host, on 127.0.0.1
            files: { "/usr/local/bin/hello": { source: "../../../stacks/web/hello", mode: "0755" } },
            units: {
                "hello.socket": { source: "../../../stacks/web/hello.socket", enable: true },
                "hello@.service": { source: "../../../stacks/web/hello@.service" },
            },
            provision: [{ script: "../provision.sh", environment: { TOKEN: config.requireSecret("token") } }],
        },
        node: { count: 2 },
    },
});

export const machines = sandbox.machines;
