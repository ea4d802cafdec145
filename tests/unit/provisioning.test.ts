import * as pulumi from "@pulumi/pulumi";
import assert from "node:assert/strict";
import { type ProvisionArgs, SystemdSandbox } from "../../components";
import { replacementTrigger } from "../../components/operations/provision";
import { secretTexts } from "../../components/operations/secrets";
import { PROVISIONING } from "../../components/machine/provisioning/steps";
import { describeProblems } from "../../components/rules/problem";
import { host } from "../support/host-facts";
import { specOf } from "../support/machine";
import { recordResources } from "../support/mocks";
import { valueOf } from "../support/recorded-sandbox";

/** The Commands of a machine's steps, and the outputs of the machine. */
async function provisioned(...provision: ProvisionArgs[]) {
    const resources = await recordResources(host({}));
    const { machines } = new SystemdSandbox("alice", { machines: { web: { provision } } });
    await new Promise((resolve) => machines.apply(resolve));
    const commands = resources.filter(({ name }) => name.includes("-provision-"));
    return commands.map(({ name, inputs }) => ({
        name,
        step: JSON.parse(unwrapped<string>(inputs.stdin)) as Record<string, unknown>,
        environment: unwrapped<Record<string, string>>(inputs.environment),
        inputs,
    }));
}

/** Mocks get a value with a secret in it wrapped as a whole. */
function unwrapped<T>(value: unknown): T {
    return (value as { value?: T }).value ?? (value as T);
}

describe("a provisioning step", () => {
    it("is a Command of its own, which changes with its content and with the machine alone", async () => {
        const steps = await provisioned(
            { inline: "echo 1" },
            { script: "stacks/web/hello", args: ["a b", "c's", "-d"] },
        );
        assert.deepEqual(
            steps.map(({ name, inputs }) => [name, inputs.create, inputs.triggers, inputs.addPreviousOutputInEnv]),
            [
                ["alice-web-provision-0", "node .centos-systemd/programs/step.mjs", undefined, false],
                ["alice-web-provision-1", "node .centos-systemd/programs/step.mjs", undefined, false],
            ],
        );
        assert.deepEqual(steps[0].environment, {
            NODE_EXTRA_CA_CERTS: "",
            MACHINE: "alice-web",
            MACHINE_ID: "alice-web-id",
        });
        assert.equal(steps[0].step.script, "echo 1");
        assert.match(steps[1].step.script as string, /^#!/);
        assert.equal(steps[1].step.title, "provision[1] (stacks/web/hello)");
        assert.deepEqual(steps[1].step.args, ["a b", "c's", "-d"]);
    });

    it("runs as root in / unless told otherwise", async () => {
        const steps = await provisioned({ inline: "" }, { inline: "", user: "1000:users", directory: "/srv" });
        assert.deepEqual(
            steps.map(({ step }) => [step.user, step.directory]),
            [
                ["root", "/"],
                ["1000:users", "/srv"],
            ],
        );
    });

    it("has its variables and files in its standard input, and knows which of them are secrets", async () => {
        const [{ step, environment }] = await provisioned({
            inline: "",
            environment: { PATH: "/opt/bin", PASSWORD: pulumi.secret("sesame") },
            files: {
                "/etc/a b": { content: "a" },
                "/etc/key": { content: pulumi.secret("key"), mode: "0600", owner: "daemon" },
                "/etc/b": { contentBase64: "AAE=" },
            },
        });
        assert.deepEqual(step.environment, { PATH: "/opt/bin", PASSWORD: "sesame" });
        assert.equal(environment.PATH, undefined);
        assert.deepEqual(step.files, [
            { path: "/etc/a b", mode: "0644", owner: "root:root", content: "a" },
            { path: "/etc/key", mode: "0600", owner: "daemon", content: "key" },
            { path: "/etc/b", mode: "0644", owner: "root:root", contentBase64: "AAE=" },
        ]);
        assert.deepEqual(step.secrets, ["key", "sesame"]);
    });

    it("knows the machine's secrets too, and what is in those of bytes", async () => {
        const texts = await valueOf(
            secretTexts(
                specOf({
                    files: { "/a": { contentBase64: pulumi.secret("c2VzYW1l") }, "/b": { content: "plain" } },
                    units: { "a.service": { dropIns: { "b.conf": { content: pulumi.secret("unit") } } } },
                    environment: { PASSWORD: pulumi.secret("variable"), LEVEL: "debug" },
                }).uploads,
            ),
        );
        assert.deepEqual([...texts].sort(), ["c2VzYW1l", "sesame", "unit", "variable"]);
    });

    it("with a name is the same wherever it stands", async () => {
        const named = { inline: "true", name: "last" };
        const alone = await provisioned(named);
        const second = await provisioned({ inline: "false" }, named);
        assert.deepEqual([alone[0].name, second[1].name], Array(2).fill("alice-web-provision-last"));
        assert.deepEqual(alone[0].step, second[1].step);
    });

    it("changes what the machine is replaced for, where it asks for that, and leaves nothing of a secret there", async () => {
        const trigger = (password: string) =>
            valueOf(
                replacementTrigger(
                    specOf({
                        provision: [
                            { inline: "true" },
                            {
                                inline: "true",
                                replaceOnChange: true,
                                environment: { PASSWORD: pulumi.secret(password) },
                            },
                        ],
                    }).steps,
                ),
            );
        assert.deepEqual(await trigger("sesame"), await trigger("sesame"));
        assert.notDeepEqual(await trigger("sesame"), await trigger("barley"));
        assert.match((await trigger("sesame"))[0], /^[0-9a-f]{64}$/);
    });
});

describe("a bad provisioning step", () => {
    const BAD: [string, ProvisionArgs, RegExp][] = [
        ["nothing to run", {}, /provision\[0\]: missing; allowed: exactly one of `script` and `inline`/],
        [
            "two things to run",
            { script: "a", inline: "b" },
            /provision\[0\]: "script and inline"; allowed: exactly one/,
        ],
        ["a script that isn't there", { script: "nowhere" }, /provision\[0\]\.script: "nowhere"; allowed: a file, rel/],
        [
            "a variable's name",
            { inline: "", environment: { "A-B": "" } },
            /\[0\]\.environment: "A-B"; allowed: names of/,
        ],
        [
            "a variable of provision.sh's own",
            { inline: "", environment: { PROVISION_STEP: "" } },
            /\[0\]\.environment: "PROVISION_STEP"; allowed: names of/,
        ],
        [
            "a huge variable",
            { inline: "", environment: { A: "x".repeat(131_072) } },
            /\[0\]\.environment\.A: "131074 bytes"; allowed: at most 131064 bytes/,
        ],
        ["a directory as its script", { script: "tests" }, /provision\[0\]\.script: "tests"; allowed: a file, rel/],
        ["a number as its name", { inline: "", name: "1" }, /provision\[0\]\.name: "1"; allowed: lower-case letters/],
        ["a relative file", { inline: "", files: { a: { content: "" } } }, /\[0\]\.files: "a"; allowed: the absolute/],
        [
            "a file of two lines",
            { inline: "", files: { "/a\nb": { content: "" } } },
            /files: "\/a\\nb"; allowed: the abs/,
        ],
        ["a user", { inline: "", user: "a b" }, /provision\[0\]\.user: "a b"; allowed: a user's name or number/],
        ["a directory", { inline: "", directory: "srv" }, /\[0\]\.directory: "srv"; allowed: an absolute path/],
    ];
    for (const [what, step, message] of BAD) {
        it(`is refused: ${what}`, () => {
            const problems = PROVISIONING.provision.problems([step], "machines.web.provision");
            assert.equal(problems.length, 1);
            assert.match(describeProblems(problems), message);
        });
    }
});
