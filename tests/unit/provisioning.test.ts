import * as pulumi from "@pulumi/pulumi";
import assert from "node:assert/strict";
import { type ProvisionArgs, SystemdSandbox } from "../../components";
import { provisionProblems, replacementTrigger } from "../../components/machine/provisioning";
import { secretTexts } from "../../components/machine/secrets";
import { describeProblems } from "../../components/problems";
import { host } from "../support/host-facts";
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
        environment: unwrapped(inputs.environment),
        inputs,
    }));
}

/** Mocks get a value with a secret in it wrapped as a whole. */
function unwrapped(value: unknown): Record<string, string> {
    return (value as { value?: Record<string, string> }).value ?? (value as Record<string, string>);
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
                ["alice-web-provision-0", "run", undefined, false],
                ["alice-web-provision-1", "run", undefined, false],
            ],
        );
        assert.equal(steps[0].environment.MACHINE, "alice-web");
        assert.equal(steps[0].environment.MACHINE_ID, "alice-web-id");
        assert.equal(steps[0].environment.SCRIPT, "echo 1");
        assert.match(steps[1].environment.SCRIPT, /^#!/);
        assert.equal(steps[1].environment.STEP, "provision[1] (stacks/web/hello)");
        assert.equal(steps[1].environment.ARGUMENTS, "'a b' 'c'\\''s' -d");
    });

    it("runs as root in / unless told otherwise", async () => {
        const steps = await provisioned({ inline: "" }, { inline: "", user: "1000:users", directory: "/srv" });
        assert.deepEqual(
            steps.map(({ environment }) => [environment.RUN_AS, environment.DIRECTORY]),
            [
                ["root", "/"],
                ["1000:users", "/srv"],
            ],
        );
    });

    it("gets its variables under names that mean nothing to docker, and knows which values are secrets", async () => {
        const [{ environment }] = await provisioned({
            inline: "",
            environment: { PATH: "/opt/bin", PASSWORD: pulumi.secret("sesame") },
            files: {
                "/etc/a b": { content: "a" },
                "/etc/key": { content: pulumi.secret("key"), mode: "0600", owner: "daemon" },
                "/etc/b": { contentBase64: "AAE=" },
            },
        });
        assert.equal(environment.VARIABLES, "PATH PASSWORD");
        assert.equal(environment.STEP_PATH, "/opt/bin");
        assert.equal(environment.PATH, undefined);
        assert.equal(
            environment.FILES,
            "text 0644 root:root /etc/a b\ntext 0600 daemon /etc/key\nbase64 0644 root:root /etc/b",
        );
        assert.equal(environment.FILE_0, "a");
        assert.equal(environment.SECRETS, "STEP_PASSWORD FILE_1");
    });

    it("knows the machine's secrets too, and what is in those of bytes", async () => {
        const texts = await valueOf(
            secretTexts({
                files: { "/a": { contentBase64: pulumi.secret("c2VzYW1l") }, "/b": { content: "plain" } },
                units: { "a.service": { dropIns: { "b.conf": { content: pulumi.secret("unit") } } } },
                environment: { PASSWORD: pulumi.secret("variable"), LEVEL: "debug" },
            }),
        );
        assert.deepEqual(texts.split("\n").sort(), ["c2VzYW1l", "sesame", "unit", "variable"]);
    });

    it("with a name is the same wherever it stands", async () => {
        const named = { inline: "true", name: "last" };
        const alone = await provisioned(named);
        const second = await provisioned({ inline: "false" }, named);
        assert.deepEqual([alone[0].name, second[1].name], Array(2).fill("alice-web-provision-last"));
        assert.deepEqual(alone[0].environment, second[1].environment);
    });

    it("changes what the machine is replaced for, where it asks for that, and leaves nothing of a secret there", async () => {
        const trigger = (password: string) =>
            valueOf(
                replacementTrigger([
                    { inline: "true" },
                    { inline: "true", replaceOnChange: true, environment: { PASSWORD: pulumi.secret(password) } },
                ]),
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
            { inline: "", environment: { A: "x".repeat(98305) } },
            /\[0\]\.environment\.A: "98305 bytes"/,
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
        ["a huge script", { inline: "x".repeat(98305) }, /\[0\]\.inline: "98305 bytes"; allowed: at most 98304 bytes/],
        [
            "a huge file",
            { inline: "", files: { "/a": { source: "package-lock.json" } } },
            /files\["\/a"\]: "\d+ bytes"; allowed: at most 98304 bytes\. Put it into the machine by its `files`/,
        ],
    ];
    for (const [what, step, message] of BAD) {
        it(`is refused: ${what}`, () => {
            const problems = provisionProblems([step], "machines.web.provision");
            assert.equal(problems.length, 1);
            assert.match(describeProblems(problems), message);
        });
    }
});
