import assert from "node:assert/strict";
import { SystemdBase, SystemdSandbox, type SystemdSandboxArgs } from "../../components";
import { reasonAgainstBase } from "../../components/base/image-of-base";
import { describeProblems } from "../../components/rules/problem";
import { checkSandbox } from "../../components/sandbox/arguments";
import { BASE } from "../support/base-outputs";
import { host } from "../support/host-facts";
import { recordResources } from "../support/mocks";
import { valueOf } from "../support/recorded-sandbox";

const problems = (args: Partial<SystemdSandboxArgs>) =>
    describeProblems(checkSandbox("alice", { machines: { web: {} }, ...args }).problems);

describe("a sandbox on several hosts", () => {
    const hosts = { big: { host: "ssh://alice@big" }, idle: { host: "ssh://alice@idle" } };

    it("has on each host that a machine runs on, and on no other, what it needs there, once", async () => {
        const resources = await recordResources(host({}));
        const sandbox = new SystemdSandbox("alice", {
            hosts,
            machines: { web: {}, a: { on: "big" }, b: { on: "big" } },
        });
        const { b } = await valueOf(sandbox.machines);
        assert.equal(b.shell, "docker -H ssh://alice@big exec -it alice-b bash -l");
        const named = (type: string) => resources.filter((each) => each.type.endsWith(type)).map(({ name }) => name);
        assert.deepEqual(named("providers:docker"), ["alice-big"]);
        for (const type of [":Image", ":SystemdHost"]) {
            assert.deepEqual(named(type).sort(), ["alice", "alice-big"], type);
        }
        const networks = resources.filter(({ name }) => name.endsWith("-network"));
        assert.deepEqual(
            networks.map(({ inputs }) => (inputs.environment as Record<string, string>).SANDBOX),
            ["alice", "alice"],
        );
        const far = resources.filter(({ type, inputs }) => {
            const environment = inputs.environment as Record<string, string> | undefined;
            return type === "command:local:Command" && environment?.DOCKER_HOST === "ssh://alice@big";
        });
        assert.deepEqual(
            far
                .map(({ name }) => name)
                .filter((name) => !/-(a|b)-/.test(name))
                .sort(),
            ["claim", "leftovers", "network", "removal", "setup"].map((name) => `alice-big-${name}`),
        );
    });

    it("may publish one port on each", () => {
        const web = { ports: [{ port: 80, hostPort: 8080 }] };
        assert.match(problems({ hosts, machines: { web, other: { ...web, on: "big" } } }), /^0 arguments/);
        assert.match(problems({ hosts, machines: { web, other: web } }), /a port that no other machine publishes/);
    });

    it("is refused for a host that isn't there, and for one host under two names", () => {
        assert.match(
            problems({ hosts, machines: { web: { on: "bog" } } }),
            /machines\.web\.on: "bog"; allowed: one of big, idle/,
        );
        assert.match(
            problems({ hosts: { ...hosts, again: hosts.big } }),
            /hosts\.again\.host: "ssh:\/\/alice@big"; allowed: the address of an engine that no other host names/,
        );
    });

    it("is refused for a time to live that is none", () => {
        assert.match(problems({ ttl: "tomorrow" }), /ttl: "tomorrow"; allowed: .*8h, 3d, 2w/);
    });
});

describe("a base", () => {
    const outputs = { ...BASE, stack: "organization/shop/base" };

    it("says what sandboxes need to know, and guards it", async () => {
        const resources = await recordResources(host({}));
        const base = new SystemdBase("base", { distribution: "debian-12" });
        const { facts, ...others } = await valueOf(base.outputs);
        assert.equal(facts?.hostName, "host");
        assert.deepEqual(
            { ...others, facts: outputs.facts },
            { ...outputs, stack: "organization/test/stack", imageId: "sha256:image" },
        );
        // Registered last, after all that it guards.
        let guard = undefined;
        while (guard === undefined) {
            await new Promise(setImmediate);
            guard = resources.find(({ name }) => name === "base-guard");
        }
        assert.match(guard.inputs.delete as string, /nothing of it was removed\. Destroy these sandboxes first/);
        assert.equal(guard.inputs.create, undefined);
    });

    it("is refused where another version made it, with the command that mends it", () => {
        assert.match(
            problems({ base: { ...outputs, version: "0.0.1" } }),
            /base\.version: "0\.0\.1"; allowed: a base made by the same version .*pulumi up --stack organization\/shop\/base/,
        );
        assert.match(problems({ base: outputs }), /^0 arguments/);
    });

    it("is refused on another host, or where its image is gone, with the command that mends it", () => {
        const big = {
            ...outputs,
            stack: "organization/shop/base-big",
            host: "ssh://big",
            facts: host({ hostName: "big" }),
        };
        const seenOn = (hostName: string, ...images: string[]) => ({ images, facts: host({ hostName }) });
        assert.equal(reasonAgainstBase(big, seenOn("small", big.imageId)), undefined);
        assert.match(
            reasonAgainstBase(big, seenOn("small")) ?? "",
            /base organization\/shop\/base-big is on the host big, this sandbox on small\. Go there: pulumi config set host ssh:\/\/big\. Or bring up/,
        );
        assert.match(
            reasonAgainstBase(big, seenOn("big")) ?? "",
            /is gone from its host big\. Build it again: pulumi up --stack base-big --replace '\*\*docker:index\/image:Image::base-big'/,
        );
    });

    it("whose outputs are no base's is refused, and makes no command", () => {
        const evil = "$(touch /tmp/owned)\u001b[2J\n";
        for (const [field, value] of Object.entries({
            stack: `organization/shop/${evil}`,
            imageId: `sha256:${evil}`,
            imageName: evil,
            host: `ssh://${evil}`,
        })) {
            const said = problems({ base: { ...outputs, [field]: value } });
            assert.match(
                said,
                new RegExp(`^1 argument .*\n  base\\.${field}: ".*"; allowed: .*output of a base stack`),
            );
            assert.doesNotMatch(said.replace("\n", ""), /\p{C}/u);
        }
        const outdated = problems({ base: { ...outputs, version: "0.0.1", stack: evil } });
        assert.match(outdated, /Bring the base up with this version: pulumi up, in its own stack\. Or use/);
        const elsewhere = { ...outputs, facts: host({ hostName: evil }) };
        assert.match(
            reasonAgainstBase(elsewhere, { images: [], facts: host({ hostName: "small" }) }) ?? "",
            /is on the host \$\(touch \/tmp\/owned\)\\u\{1b\}\[2J\\u\{a\}, this sandbox on small\./,
        );
    });

    it("that is bad itself is refused", async () => {
        await recordResources(host({}));
        assert.throws(() => new SystemdBase("Base", { distribution: "debian-1", host: "big" }), /3 arguments/);
    });
});
