import * as pulumi from "@pulumi/pulumi";
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { CONFIG, parseConfig } from "../../stacks/config";

const parse = (values: Record<string, unknown>, secrets: string[] = []) =>
    parseConfig(
        Object.fromEntries(
            Object.entries(values).map(([key, value]) => [
                key,
                typeof value === "string" ? value : JSON.stringify(value),
            ]),
        ),
        (key) => secrets.includes(key),
    );

describe("the configuration of a stack", () => {
    it("has the types that the components want", () => {
        const machines = { web: { ports: [{ port: 80 }], environment: { A: "1" }, allowDegraded: true } };
        assert.deepEqual(parse({ distribution: "debian-12", webPort: "8081", keepImage: "true", machines }), {
            config: { distribution: "debian-12", webPort: 8081, keepImage: true, machines },
            problems: [],
        });
    });

    it("takes an empty value for one that isn't set", () => {
        const empty = { distribution: "", systemdVersion: "0", keepImage: "false", machines: {}, base: "" };
        assert.deepEqual(parse(empty), { config: {}, problems: [] });
    });

    it("leaves text that looks like a number text", () => {
        assert.deepEqual(parse({ owner: "1234" }).config, { owner: "1234" });
    });

    it("takes fractions as `pulumi config set --path` keeps them", () => {
        assert.deepEqual(parse({ machines: { web: { cpus: "0.5" } } }), {
            config: { machines: { web: { cpus: 0.5 } } },
            problems: [],
        });
    });

    const bad: [Record<string, unknown>, string, RegExp][] = [
        [{ webport: "80" }, "webport", /^one of base, baseImage, .*webPort$/],
        [{ webPort: "http" }, "webPort", /^a whole number$/],
        [{ webPort: "70000" }, "webPort", /^a whole number from 1 to 65535$/],
        [{ keepImage: "perhaps" }, "keepImage", /^true or false$/],
        [{ machines: "web" }, "machines", /^names, each with names with values$/],
        [{ machines: ["web"] }, "machines", /^names/],
        [{ machines: { web: { port: 80 } } }, "machines.web.port", /ports/],
        [{ machines: { web: { ports: { port: 80 } } } }, "machines.web.ports", /^a list, each item names with values$/],
        [
            { machines: { web: { ports: [{ port: 1, prot: 80 }] } } },
            "machines.web.ports[0].prot",
            /^one of hostAddress/,
        ],
        [{ machines: { web: { environment: { A: 1 } } } }, "machines.web.environment.A", /in quotes/],
        [{ machines: { web: { cpus: "half" } } }, "machines.web.cpus", /number/],
        [{ hosts: { big: { adress: "ssh://big" } } }, "hosts.big.adress", /^one of base, certPath, host$/],
    ];
    for (const [values, argument, allowed] of bad) {
        it(`is refused for ${JSON.stringify(values)}`, () => {
            const { problems } = parse(values);
            assert.deepEqual(
                problems.map((problem) => problem.argument),
                [argument],
            );
            assert.ok("allowed" in problems[0]);
            assert.match(problems[0].allowed, allowed);
        });
    }

    it("never shows a secret, not even one under a wrong name or of a wrong type", () => {
        const machines = {
            web: { environment: { A: ["sesame"] }, enviroment: { A: "sesame" }, readyTimeout: "sesame" },
        };
        const { problems } = parse({ machines, passwort: "sesame" }, ["machines", "passwort"]);
        assert.equal(problems.length, 4);
        assert.doesNotMatch(JSON.stringify(problems), /sesame/);
    });

    it("marks what may be a secret, where the configuration has one", async () => {
        const machines = { web: { hostname: "www", environment: { TOKEN: "sesame" } } };
        const { config } = parse({ machines }, ["machines"]);
        assert.equal(config.machines?.web.hostname, "www");
        assert.equal(await pulumi.isSecret(pulumi.output(config.machines?.web.environment?.TOKEN)), true);
    });

    it("is what Pulumi.yaml declares, key by key, with a description and a default", () => {
        const yaml = readFileSync("Pulumi.yaml", "utf8");
        const declared = [...yaml.slice(yaml.indexOf("\nconfig:")).matchAll(/^ {2}(\w+):\n((?: {4}.*\n)*)/gm)];
        assert.deepEqual(declared.map(([, key]) => key).sort(), Object.keys(CONFIG).sort());
        for (const [, key, lines] of declared) {
            assert.match(lines, /type: \w+\n(.*items:\n.*\n)?.*description: .+\n.*default: /, key);
        }
    });
});
