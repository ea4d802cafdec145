import * as pulumi from "@pulumi/pulumi";
import assert from "node:assert/strict";
import { refusalOf, refusedBeforehand, web } from "../../support/refusals";

const NAMES = "names with values";
const QUOTES = "text, in quotes";

/** The line that a value of another type gets. */
const wrong = (argument: string, given: string, allowed: string) =>
    new RegExp(`^${[argument, ": ", given, "; allowed: ", allowed].join("").replace(/[.[\](){}"]/g, "\\$&")}`);
/** The same of an argument of the machine `web`. */
const row = (args: unknown, argument: string, given: string, allowed: string) =>
    [web(args), wrong(`machines.web${argument}`, given, allowed)] as const;

describe("an argument of another type than the interface says", () => {
    describe("of a sandbox", () => {
        refusedBeforehand({
            "no arguments": [undefined, wrong("machines", "missing", NAMES)],
            "null for all of them": [null, wrong("machines", "missing", NAMES)],
            "a text for all of them": ["web", wrong("args", '"web"', NAMES)],
            "a list of them": [[{ machines: {} }], wrong("args", "a list", NAMES)],
            "machines as one name": [{ machines: "web" }, wrong("machines", '"web"', "names, each with names")],
            "machines in a list": [{ machines: ["web"] }, wrong("machines", "a list", "names, each with")],
            "machines in a Map": [{ machines: new Map([["web", {}]]) }, wrong("machines", "a Map", "names, each")],
            "a machine that is null": [web(null), wrong("machines.web", "missing", `${NAMES}; {} where there is`)],
            "a machine that is a text": [web("centos"), wrong("machines.web", '"centos"', NAMES)],
            "a machine that is a list": [web([]), wrong("machines.web", "[]", NAMES)],
            "a machine that is a function": [web(() => ({})), wrong("machines.web", "a function", NAMES)],
            "packages as one name": [
                { ...web({}), packages: "nginx" },
                wrong("packages", '"nginx"', "a list, each item"),
            ],
            "a package that is null": [{ ...web({}), packages: [null] }, wrong("packages[0]", "missing", "text")],
            "hosts in a list": [{ ...web({}), hosts: ["ssh://a"] }, wrong("hosts", "a list", "names, each with")],
            "a host that is null": [{ ...web({}), hosts: { big: null } }, wrong("hosts.big", "missing", NAMES)],
            "a host that is an address": [
                { ...web({}), hosts: { big: "ssh://a" } },
                wrong("hosts.big", '"ssh://a"', NAMES),
            ],
            "the network as a subnet": [{ ...web({}), network: "10.0.0.0/8" }, wrong("network", '"10.0.0.0/8"', NAMES)],
            "one external network": [
                { ...web({}), network: { external: "a" } },
                wrong("network.external", '"a"', "a list"),
            ],
            "IPv6 in words": [
                { ...web({}), network: { ipv6: "yes" } },
                wrong("network.ipv6", '"yes"', "true or false"),
            ],
            "a systemd version in quotes": [
                { ...web({}), systemdVersion: "252" },
                wrong("systemdVersion", '"252"', "a whole"),
            ],
            "a distribution's number": [{ ...web({}), distribution: 9 }, wrong("distribution", "9", `${QUOTES}: "9"`)],
            "a time to live in hours": [{ ...web({}), ttl: 8 }, wrong("ttl", "8", `${QUOTES}: "8"`)],
            "an owner's number": [{ ...web({}), owner: 5 }, wrong("owner", '"(a number)"', QUOTES)],
            "keepImage in words": [{ ...web({}), keepImage: "no" }, wrong("keepImage", '"no"', "true or false")],
            "a base by its name": [{ ...web({}), base: "base" }, wrong("base", '"base"', NAMES)],
            "a host that is a port": [{ ...web({}), host: 2376 }, wrong("host", '"(a number)"', QUOTES)],
        });
    });

    describe("of a machine", () => {
        refusedBeforehand({
            "a host name that is a number": row({ hostname: 5 }, ".hostname", "5", `${QUOTES}: "5"`),
            "a host name that is known later": row(
                { hostname: pulumi.output("a") },
                ".hostname",
                '"an output"',
                "text that is known beforehand",
            ),
            "a host name that is promised": row(
                { hostname: Promise.resolve("a") },
                ".hostname",
                '"an output"',
                "text that is known",
            ),
            "one alias": row({ aliases: "db" }, ".aliases", '"db"', "a list, each item text"),
            "an alias that is null": row({ aliases: [null] }, ".aliases[0]", "missing", "text"),
            "an alias that is a number": row({ aliases: [5] }, ".aliases[0]", "5", QUOTES),
            "one port": row({ ports: 80 }, ".ports", "80", "a list"),
            "ports by name": row({ ports: {} }, ".ports", "{}", "a list"),
            "a port that is null": row({ ports: [null] }, ".ports[0]", "missing", NAMES),
            "a port as docker run has it": row({ ports: ["8080:80"] }, ".ports[0]", '"8080:80"', NAMES),
            "a port in quotes": row({ ports: [{ port: "80" }] }, ".ports[0].port", '"80"', "a whole number"),
            "a port of the host that is a switch": row(
                { ports: [{ port: 80, hostPort: true }] },
                ".ports[0].hostPort",
                "true",
                "a whole number",
            ),
            "files in a list": row({ files: ["/a"] }, ".files", "a list", "names, each with"),
            "a file that is null": row({ files: { "/a": null } }, '.files["/a"]', "missing", NAMES),
            "a file that is its content": row({ files: { "/a": "hunter2" } }, '.files["/a"]', '"hunter2"', NAMES),
            "a mode that is a number": row(
                { files: { "/a": { content: "", mode: 644 } } },
                '.files["/a"].mode',
                "644",
                `${QUOTES}: "644"`,
            ),
            "a content that is a number": row(
                { files: { "/a": { content: 5 } } },
                '.files["/a"].content',
                '"(a number)"',
                QUOTES,
            ),
            "a unit that is null": row({ units: { "a.service": null } }, '.units["a.service"]', "missing", NAMES),
            "a unit that is its text": row(
                { units: { "a.service": "[Service]" } },
                '.units["a.service"]',
                '"[Service]"',
                NAMES,
            ),
            "a unit enabled in words": row(
                { units: { "a.service": { enable: "yes" } } },
                '.units["a.service"].enable',
                '"yes"',
                "true or false",
            ),
            "a drop-in that is its text": row(
                { units: { "a.service": { dropIns: { "a.conf": "[Unit]" } } } },
                '.units["a.service"].dropIns["a.conf"]',
                '"[Unit]"',
                NAMES,
            ),
            "a variable that is a number": row(
                { environment: { PORT: 5432 } },
                ".environment.PORT",
                '"(a number)"',
                QUOTES,
            ),
            "a variable that is null": row({ environment: { A: null } }, ".environment.A", "missing", "text."),
            "a variable that is a switch": row({ environment: { A: true } }, ".environment.A", '"(a boolean)"', QUOTES),
            "a variable that is a list": row({ environment: { A: ["b"] } }, ".environment.A", '"(a list)"', "text"),
            "variables in a list": row({ environment: ["A=b"] }, ".environment", "a list", "names, each with text"),
            "variables that are known later": row(
                { environment: pulumi.output({ A: "b" }) },
                ".environment",
                '"an output"',
                "names with values that is known",
            ),
            "a volume that is null": row({ volumes: { data: null } }, ".volumes.data", "missing", NAMES),
            "a volume that is its path": row({ volumes: { data: "/data" } }, ".volumes.data", '"/data"', NAMES),
            "a folder that is its path": row({ folders: { "/a": "/srv" } }, '.folders["/a"]', '"/srv"', NAMES),
            "a tmpfs that is null": row({ tmpfs: { "/t": null } }, '.tmpfs["/t"]', "missing", NAMES),
            "a tmpfs as docker run has it": row({ tmpfs: { "/t": "size=1m" } }, '.tmpfs["/t"]', '"size=1m"', NAMES),
            "memory in bytes": row({ memory: 536870912 }, ".memory", "536870912", QUOTES),
            "processors in quotes": row({ cpus: "1.5" }, ".cpus", '"1.5"', "a number"),
            "processors that are no number": row({ cpus: NaN }, ".cpus", "NaN", "a number"),
            "processors without end": row({ cpus: Infinity }, ".cpus", "Infinity", "a number"),
            "processes that are no number": row({ pids: -Infinity }, ".pids", "-Infinity", "a whole number"),
            "a count in quotes": row({ count: "3" }, ".count", '"3"', "a whole number"),
            "a count that is no number": row({ count: NaN }, ".count", "NaN", "a whole number"),
            "a count that is a bigint": row({ count: 3n }, ".count", "a bigint", "a whole number"),
            "a ulimit that is null": row({ ulimits: { nofile: null } }, ".ulimits.nofile", "missing", NAMES),
            "a ulimit that is a number": row({ ulimits: { nofile: 1024 } }, ".ulimits.nofile", "1024", NAMES),
            "a sysctl that is null": row(
                { sysctls: { "net.core.somaxconn": null } },
                '.sysctls["net.core.somaxconn"]',
                "missing",
                "text.",
            ),
            "devices by name": row({ devices: {} }, ".devices", "{}", "a list"),
            "a device that is its path": row({ devices: ["/dev/kvm"] }, ".devices[0]", '"/dev/kvm"', NAMES),
            "GPUs that are a number": row({ gpus: 1 }, ".gpus", "1", QUOTES),
            "capabilities in a list": row({ capabilities: ["NET_ADMIN"] }, ".capabilities", "a list", NAMES),
            "one capability": row({ capabilities: { add: "NET_ADMIN" } }, ".capabilities.add", '"NET_ADMIN"', "a list"),
            "privileged in a number": row({ privileged: 1 }, ".privileged", "1", "true or false"),
            "one script for provisioning": row({ provision: "x.sh" }, ".provision", '"x.sh"', "a list"),
            "a step that is null": row({ provision: [null] }, ".provision[0]", "missing", NAMES),
            "a step that is its script": row({ provision: ["x.sh"] }, ".provision[0]", '"x.sh"', NAMES),
            "one argument of a step": row(
                { provision: [{ inline: "", args: "-v" }] },
                ".provision[0].args",
                '"-v"',
                "a list",
            ),
            "a step's variable that is a number": row(
                { provision: [{ inline: "", environment: { A: 1 } }] },
                ".provision[0].environment.A",
                '"(a number)"',
                QUOTES,
            ),
            "a script that is known later": row(
                { provision: [{ inline: pulumi.output("true") }] },
                ".provision[0].inline",
                '"an output"',
                "text that is known beforehand",
            ),
            "one port to wait for": row({ waitFor: { ports: 80 } }, ".waitFor.ports", "80", "a list"),
            "what to wait for as a command": row({ waitFor: "true" }, ".waitFor", '"true"', NAMES),
            "a time-out in quotes": row({ readyTimeout: "60" }, ".readyTimeout", '"60"', "a whole number"),
            "ssh as its key": row({ ssh: "ssh-ed25519 AAAA me" }, ".ssh", '"ssh-ed25519 AAAA me"', NAMES),
            "labels in a list": row({ labels: ["web"] }, ".labels", "a list", "names, each with text"),
            "a label that is null": row({ labels: { role: null } }, ".labels.role", "missing", "text."),
            "a label that is a number": row({ labels: { tier: 1 } }, ".labels.tier", "1", `${QUOTES}: "1"`),
            "a date for a label": row({ labels: { since: new Date(0) } }, ".labels.since", "a Date", "text"),
        });
    });

    it("is a good value where it is null and nothing has to be there", async () => {
        const nothing = { waitFor: null, ssh: null, hostname: null, ports: null, memory: null };
        const { lines } = await refusalOf({ machines: { web: nothing }, network: null, ttl: "x" });
        assert.deepEqual(lines.length, 1, lines.join("\n"));
        assert.match(lines[0], /^ {2}ttl: /);
    });
});

describe("a name that is none of the interface's", () => {
    const unknown = (argument: string) => wrong(argument, '"an unknown name"', "one of ");
    refusedBeforehand({
        "of a sandbox": [{ ...web({}), machine: {} }, unknown("machine")],
        "of a sandbox, that every JavaScript object has": [{ ...web({}), toString: "x" }, unknown("toString")],
        "of the network": [{ ...web({}), network: { subnets: "10.0.0.0/8" } }, unknown("network.subnets")],
        "of a host": [{ ...web({}), hosts: { big: { host: "ssh://a", address: "b" } } }, unknown("hosts.big.address")],
        "of a machine": [web({ prots: [] }), unknown("machines.web.prots")],
        "of a machine, that every JavaScript object has": [
            web({ constructor: {} }),
            unknown("machines.web.constructor"),
        ],
        "of a port": [web({ ports: [{ port: 80, hostport: 8080 }] }), unknown("machines.web.ports[0].hostport")],
        "of a file": [
            web({ files: { "/a": { content: "", owner: "a", group: "b" } } }),
            unknown('machines.web.files["/a"].group'),
        ],
        "of a unit": [
            web({ units: { "a.service": { enabled: true } } }),
            /units\["a\.service"\]\.enabled: "an unknown name"/,
        ],
        "of a step": [web({ provision: [{ inline: "", env: {} }] }), unknown("machines.web.provision[0].env")],
        "of what to wait for": [web({ waitFor: { port: [80] } }), unknown("machines.web.waitFor.port")],
        "with a line break in it": [
            web({ "a\n  machines.web.b": 1 }),
            unknown('machines.web["a\\\\n  machines.web.b"]'),
        ],
    });
});

describe("several bad values", () => {
    it("are one error with a line for each, whatever is in their names", async () => {
        const args = {
            ttl: "soon",
            network: { subnet: "127.0.0.0/8", external: ["host", "a b"] },
            machines: {
                "a\nb\u202e": {},
                web: { hostname: 5, memory: "1GB", files: { "etc/motd": { content: "" }, "/a": null }, prots: [] },
                db: {
                    provision: [{ inline: "a\r\n" }, { args: ["\0"], inline: "" }],
                    ulimits: { nofile: { soft: -1 } },
                },
            },
        };
        const { headline, lines } = await refusalOf(args);
        assert.equal(headline, `${lines.length} arguments are not as they should be; nothing was created:`);
        assert.deepEqual(
            lines.map((line) => /^ {2}(\S+): /.exec(line)?.[1]).sort(),
            [
                'machines["a\\nb\\u{202e}"]',
                "machines.db.provision[0].inline",
                "machines.db.provision[1].args[0]",
                "machines.db.ulimits.nofile.soft",
                "machines.web.files",
                'machines.web.files["/a"]',
                "machines.web.hostname",
                "machines.web.memory",
                "machines.web.prots",
                "network.external[0]",
                "network.external[1]",
                "network.subnet",
                "ttl",
            ].sort(),
        );
    });

    it("show no more of a long value than its beginning", async () => {
        const { lines } = await refusalOf(web({ hostname: "x".repeat(1_000_000) }));
        assert.match(lines[0], /^ {2}machines\.web\.hostname: "x{120}…"; allowed: /);
    });
});
