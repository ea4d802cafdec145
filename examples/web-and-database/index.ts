import * as pulumi from "@pulumi/pulumi";
import { type ClusterArgs, SystemdSandbox } from "../../components";

const config = new pulumi.Config();
const password = config.requireSecret("databasePassword");

/** `web` finds `db` by its name, and both know the password; nobody else gets to see it. */
const sandbox = new SystemdSandbox(pulumi.getStack(), {
    distribution: config.require("distribution"),
    baseImage: config.get("baseImage"),
    packages: ["redis"],
    // pulumi config set --path cluster.registry … makes Pods of the machines (docs/kubernetes.md).
    cluster: config.getObject<ClusterArgs>("cluster"),
    machines: {
        db: {
            volumes: { data: { path: "/var/lib/redis" } },
            provision: [{ script: "database.sh", environment: { PASSWORD: password } }],
            waitFor: { ports: [6379] },
        },
        web: {
            ports: [{ port: 80 }],
            files: { "/usr/local/bin/count": { source: "count", mode: "0755" } },
            environment: { REDISCLI_AUTH: password },
            units: {
                "count.socket": { source: "count.socket", enable: true },
                "count@.service": { source: "count@.service" },
                // Only its client is needed here; Debian's package starts the server, too.
                "redis-server.service": { mask: true },
            },
        },
    },
});

export const url = sandbox.machines.apply(({ web }) => `http://${web.ports[0].split("->")[0]}/`);
