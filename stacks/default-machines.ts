import type { MachineArgs } from "../components";

/** Two machines on one network: `web` answers on a port of this host, `client` reaches it by its name. */
export function defaultMachines(webPort: number): Record<string, MachineArgs> {
    return {
        web: {
            ports: [{ port: 80, hostPort: webPort }],
            files: { "/usr/local/bin/hello": { source: "stacks/web/hello", mode: "0755" } },
            units: {
                "hello.socket": { source: "stacks/web/hello.socket", enable: true },
                "hello@.service": { source: "stacks/web/hello@.service" },
            },
        },
        client: {},
    };
}
