import assert from "node:assert/strict";
import { replicas } from "../../components/machine/placement/replicas";
import { accepts, problems, refuses } from "../support/problems";

describe("replicas", () => {
    const names = (machines: Parameters<typeof replicas>[0]) => replicas(machines).map(({ machine }) => machine);

    it("are numbered from 0; one machine without a count has no number", () => {
        assert.deepEqual(names({ node: { count: 3 }, web: {}, one: { count: 1 }, none: { count: 0 } }), [
            "node-0",
            "node-1",
            "node-2",
            "web",
            "one-0",
        ]);
    });

    it("have the arguments of their group, and its name", () => {
        assert.deepEqual(replicas({ node: { count: 1, aliases: ["pool"] } }), [
            { machine: "node-0", group: "node", on: "", nodeSelector: {}, args: { aliases: ["pool"] } },
        ]);
    });

    const node = (args: object) => problems({ machines: { node: { count: 2, ...args } } });
    refuses({
        "a negative count": [node({ count: -1 }), /machines\.node\.count: -1; allowed: a whole number from 0 to 100/],
        "a name that is too long with its number": [
            problems({ machines: { ["n".repeat(39)]: { count: 1 } } }),
            /machines\.n{39}: "n{39}-0"; allowed: 1 to 40/,
        ],
        "a host name for all of them": [
            node({ hostname: "n" }),
            /node\.hostname can't be combined with count: 2: .*\. Leave it/,
        ],
        "a port of the host for all of them": [
            node({ ports: [{ port: 80, hostPort: 8080 }] }),
            /machines\.node\.ports\[0\]\.hostPort can't be combined with count: 2/,
        ],
        "a machine with a replica's name": [
            problems({ machines: { node: { count: 2 }, "node-1": {} } }),
            /machines\.node-1: "node-1"; allowed: a name that isn't a replica's; machines\.node\.count is 2/,
        ],
        "only machines that are not to be": [
            problems({ machines: { node: { count: 0 } } }),
            /allowed: at least one machine/,
        ],
    });
    accepts({
        "a fixed port with one replica": problems({
            machines: { node: { count: 1, ports: [{ port: 80, hostPort: 80 }] } },
        }),
        "what looks like a replica beside them": problems({ machines: { node: { count: 2 }, "node-2": {} } }),
    });
});
