import assert from "node:assert/strict";
import type { PortArgs } from "../../components/machine/network/ports";
import { containerOf } from "../support/machine";
import { accepts, machineProblems, problems, refuses } from "../support/problems";

describe("ports", () => {
    it("are published on 127.0.0.1 unless told otherwise, in the order in which the engine tells of them", async () => {
        const ports = [
            { port: 443, hostAddress: "::1" },
            { port: 80, hostPort: 8080 },
        ];
        assert.deepEqual((await containerOf({ ports })).ports, [
            { internal: 80, external: 8080, ip: "127.0.0.1", protocol: "tcp" },
            { internal: 443, external: undefined, ip: "::1", protocol: "tcp" },
        ]);
    });

    const port = (args: object) => machineProblems({ ports: [{ port: 80, ...args }] });
    const two = (a: Partial<PortArgs>, b: Partial<PortArgs>) =>
        problems({
            machines: {
                a: { ports: [{ port: 80, hostPort: 80, ...a }] },
                b: { ports: [{ port: 81, hostPort: 80, ...b }] },
            },
        });
    const CLASH =
        /machines\.b\.ports\[0\]\.hostPort: 80; allowed: a port that no other machine publishes; machines\.a\.ports\[0\]\.hostPort is/;
    refuses({
        "port 0": [port({ port: 0 }), /machines\.web\.ports\[0\]\.port: 0; allowed: a whole number from 1 to 65535/],
        "one port twice, which the provider mixes up": [
            machineProblems({ ports: [{ port: 53 }, { port: 53, protocol: "udp" }] }),
            /ports\[1\]\.port: 53; allowed: a port that the machine publishes once/,
        ],
        "no port": [machineProblems({ ports: [{} as never] }), /ports\[0\]\.port: missing; allowed: a whole number/],
        "a host port that is none": [port({ hostPort: 70000 }), /ports\[0\]\.hostPort: 70000; allowed/],
        "a host name as address": [port({ hostAddress: "localhost" }), /hostAddress: "localhost"; allowed: an IPv4 or/],
        "an address with a zone, which engines read as all addresses": [
            port({ hostAddress: "fe80::1%eth0" }),
            /hostAddress: "fe80::1%eth0"; allowed: an IPv4 or IPv6 address of the host, without a zone/,
        ],
        "a protocol that Docker doesn't publish": [
            port({ protocol: "icmp" }),
            /protocol: "icmp"; allowed: one of tcp, udp/,
        ],
        "one port of the host for two machines": [
            two({}, {}),
            new RegExp(`${CLASH.source} 127\\.0\\.0\\.1:80/tcp too`),
        ],
        "a port that another one takes on all addresses": [two({ hostAddress: "0.0.0.0" }, {}), CLASH],
        "all addresses where another one has the port": [two({ hostAddress: "::1" }, { hostAddress: "::" }), CLASH],
        "one port of the host twice in a machine": [
            machineProblems({
                ports: [
                    { port: 80, hostPort: 80 },
                    { port: 81, hostPort: 80 },
                ],
            }),
            /machines\.web\.ports\[1\]\.hostPort: 80; allowed: a port that no other/,
        ],
    });
    accepts({
        "one port with two protocols": two({}, { protocol: "udp" }),
        "one port on two addresses": two({}, { hostAddress: "127.0.0.2" }),
        "one port on all addresses of each family": two({ hostAddress: "0.0.0.0" }, { hostAddress: "::" }),
        "ports that the engine chooses": two({ hostPort: undefined }, { hostPort: undefined }),
    });
});
