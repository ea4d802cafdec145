import assert from "node:assert/strict";
import { dialectOf } from "../../components/docker/dialect";
import { networkShortcomings, networkWarning } from "../../components/docker/network-shortcomings";
import { foreignNames, ownNames } from "../../components/machine/network/names";
import type { MachineSpec } from "../../components/machine/arguments";
import { type SandboxNetworkArgs, subnets } from "../../components/machine/network/network";
import { describeProblems } from "../../components/rules/problem";
import { host } from "../support/host-facts";
import { specOf } from "../support/machine";
import { accepts, machineProblems, problems, refuses } from "../support/problems";
import { inputsOf, sandboxOn } from "../support/recorded-sandbox";

describe("the sandbox's network", () => {
    const settings = async (network: SandboxNetworkArgs | undefined) => {
        const { resources } = await sandboxOn(host({}), { machines: { web: {} }, network });
        const { SETTINGS } = inputsOf(resources, "Command", "alice-network").environment as Record<string, string>;
        return JSON.parse(SETTINGS) as object;
    };

    it("is left to the engine unless told otherwise", async () => {
        assert.deepEqual(await settings(undefined), { internal: false, ipv6: false, subnets: [], options: {} });
    });

    it("has the subnets that it is given", async () => {
        assert.deepEqual(await settings({ subnet: "10.77.0.0/24", ipv6Subnet: "fd00::/64" }), {
            internal: false,
            ipv6: true,
            subnets: ["10.77.0.0/24", "fd00::/64"],
            options: {},
        });
    });

    it("with ipv6, has unique local addresses: the same at each up, others in each sandbox", () => {
        const subnet = (sandbox: string) => subnets(sandbox, { ipv6: true }).ipv6 ?? "";
        assert.match(subnet("alice"), /^fd[0-9a-f]{2}:[0-9a-f]{4}:[0-9a-f]{4}::\/64$/);
        assert.equal(subnet("alice"), subnet("alice"));
        assert.notEqual(subnet("alice"), subnet("bob"));
    });

    it("has no IPv6 on engines that let other sandboxes in there", () => {
        const found = (args: object, facts: object) => networkShortcomings(args, host(facts));
        assert.match(
            describeProblems(found({ ipv6: true }, { engineVersion: "20.10.24+dfsg1" })),
            /network\.ipv6 can't be combined with Docker 20\.10\.24\+dfsg1: .*\. Use Docker 27 or newer/,
        );
        assert.equal(found({ ipv6Subnet: "fd00::/64" }, { engineVersion: "26.1.5" }).length, 1);
        assert.deepEqual(found({ ipv6: true }, { engineVersion: "27.0.1" }), []);
        assert.deepEqual(found({ subnet: "10.0.0.0/24" }, { engineVersion: "20.10.24" }), []);
    });

    it("is apart from others on Podman only where that is asked for, and from 5 on", () => {
        assert.deepEqual(dialectOf(host({ engine: "podman" })).isolation, { isolate: "true" });
        assert.equal(dialectOf(host({})).isolation, undefined);
        assert.match(
            networkWarning(host({ engine: "podman", engineVersion: "4.3.1" })) ?? "",
            /^Podman 4\.3\.1 does not/,
        );
        assert.equal(networkWarning(host({ engine: "podman", engineVersion: "5.0.0" })), undefined);
        assert.equal(networkWarning(host({ engineVersion: "4.0" })), undefined);
    });

    const network = (args: object) => problems({ network: args });
    refuses({
        "a subnet without its size": [
            network({ subnet: "10.0.0.0" }),
            /network\.subnet: "10\.0\.0\.0"; allowed: IPv4 addr/,
        ],
        "a subnet too small for two machines": [
            network({ subnet: "10.0.0.0/30" }),
            /allowed: IPv4 addresses in CIDR, \/8/,
        ],
        "an IPv6 subnet as the IPv4 one": [network({ subnet: "fd00::/64" }), /network\.subnet: "fd00::\/64"; allowed/],
        "an IPv6 subnet that is none": [
            network({ ipv6Subnet: "fd00::1::/64" }),
            /network\.ipv6Subnet: .*; allowed: IPv6/,
        ],
        "an IPv6 subnet without IPv6": [
            network({ ipv6: false, ipv6Subnet: "fd00::/64" }),
            /network\.ipv6: false; allowed/,
        ],
        "an external network with a blank": [
            network({ external: ["a b"] }),
            /network\.external\[0\]: "a b"; allowed: the name/,
        ],
    });
    accepts({
        "all of it": network({ subnet: "10.0.0.0/8", ipv6Subnet: "fd00::/48", internal: true, external: ["a_b.c"] }),
    });
});

describe("a machine's names", () => {
    const hostName = ({ hostname, domain }: MachineSpec) => ({ hostname, domain });

    it("are its own and its sandbox's", () => {
        assert.deepEqual(hostName(specOf({})), { hostname: "web", domain: "alice" });
        assert.deepEqual(ownNames(specOf({})), ["web", "web.alice"]);
    });

    it("are those of a host name with a domain too, and aliases", () => {
        const named = specOf({ hostname: "www.example.org", aliases: ["shop"] });
        assert.deepEqual(hostName(named), { hostname: "www", domain: "example.org" });
        assert.deepEqual(ownNames(named), ["web", "www", "web.alice", "www.example.org", "shop"]);
    });

    it("are shared by replicas", () => {
        assert.deepEqual(ownNames(specOf({}, { machine: "web-1" })), ["web-1", "web", "web-1.alice", "web.alice"]);
    });

    it("on an external network, are none that another sandbox's machine may have", () => {
        assert.deepEqual(foreignNames(specOf({ aliases: ["shop"] })), ["web.alice", "shop"]);
    });

    refuses({
        "a host name with an underscore": [
            machineProblems({ hostname: "a_b" }),
            /web\.hostname: "a_b"; allowed: lower-case/,
        ],
        "an alias that is empty": [
            machineProblems({ aliases: [""] }),
            /web\.aliases\[0\]: ""; allowed: lower-case letters/,
        ],
        "an alias that is another machine's name": [
            problems({ machines: { web: { aliases: ["db.alice"] }, db: {} } }),
            /machines\.web\.aliases\[0\]: "db\.alice"; allowed: a name that isn't another machine's/,
        ],
        "an alias that is a replica's name": [
            problems({ machines: { web: { aliases: ["node-1"] }, node: { count: 2 } } }),
            /machines\.web\.aliases\[0\]: "node-1"; allowed: a name that isn't another machine's/,
        ],
        "a host name that is another machine's name": [
            problems({ machines: { web: { hostname: "db" }, db: {} } }),
            /machines\.web\.hostname: "db"; allowed: a name that isn't another machine's/,
        ],
    });
    accepts({
        "an alias of two machines, and one's own name": problems({
            machines: { a: { aliases: ["pool", "a"] }, b: { aliases: ["pool"], hostname: "b.example.org" } },
        }),
    });
});
