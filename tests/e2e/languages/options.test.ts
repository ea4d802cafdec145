import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cp } from "node:fs/promises";
import * as path from "node:path";
import { builtPackage } from "../../support/built-package";
import { docker } from "../../support/docker";
import { type LanguageProgram, needsLanguage, withProgram } from "../../support/languages/program";
import { changedYaml, type YamlProgram } from "../../support/languages/yaml";

const BASE = "centos-systemd:index:SystemdBase";

/** One machine is enough here. */
function small(change?: (program: YamlProgram) => void) {
    return (program: YamlProgram) => {
        program.resources.sandbox.properties.machines = { web: {} };
        change?.(program);
    };
}

/** What was registered, in that order. */
async function created({ stack }: LanguageProgram): Promise<string[]> {
    const urns: string[] = [];
    await stack.up({
        onEvent: ({ resOutputsEvent }) => {
            const { op, urn = "" } = resOutputsEvent?.metadata ?? {};
            urns.push(...(op === "create" ? [urn.split("$").at(-1) ?? ""] : []));
        },
    });
    return urns;
}

if (process.env.LANGUAGES === "all") {
    describe("a program in YAML", function () {
        this.timeout("10m");

        before("can be run", async function () {
            await needsLanguage(this, "yaml");
        });

        it("has a machine that doesn't come up: the failed unit, with its journal", () =>
            withProgram("yaml", async (program) => {
                const service = "[Service]\nType=oneshot\nExecStart=/bin/sh -c 'echo broken; exit 3'\n";
                const unit = { content: `${service}[Install]\nWantedBy=multi-user.target\n`, enable: true };
                await program.write(
                    changedYaml(
                        program.text,
                        small(({ resources: { sandbox } }) => {
                            sandbox.properties.machines = { web: { units: { "bad.service": unit } } };
                        }),
                    ),
                );
                const said = await program.fails("up");
                assert.match(said, /bad\.service/);
                assert.match(said, /broken/);
            }));

        it("keeps its sandbox from being destroyed, as long as it is protected", () =>
            withProgram("yaml", async (program) => {
                const plain = changedYaml(program.text, small());
                const safe = changedYaml(plain, ({ resources: { sandbox } }) => {
                    sandbox.options = { protect: true };
                });
                await program.write(safe);
                await program.stack.up();
                await assert.rejects(program.stack.destroy(), /protected/);
                assert.notEqual(await docker(["ps", "--quiet", "--filter", `name=${program.sandbox}-web`]), "");
                await program.write(plain);
                await program.stack.up();
            }));

        it("may ignore a change of an argument, which then isn't recorded; what is made of it follows all the same", () =>
            withProgram("yaml", async (program) => {
                const text = changedYaml(program.text, small());
                await program.write(text);
                await program.stack.up();
                await program.write(
                    changedYaml(text, ({ resources: { sandbox } }) => {
                        sandbox.properties.ttl = "9h";
                        sandbox.options = { ignoreChanges: ["ttl"] };
                    }),
                );
                const { changeSummary } = await program.stack.preview();
                assert.deepEqual([changeSummary.update, changeSummary.replace], [1, undefined], "the mark on the host");
            }));

        it("lets its sandbox wait for what it depends on", () =>
            withProgram("yaml", async (program) => {
                await program.write(
                    changedYaml(
                        program.text,
                        small(({ resources }) => {
                            const { distribution, baseImage } = resources.sandbox.properties;
                            const name = `${program.sandbox}-before`;
                            const properties = { name, distribution, baseImage, machines: { web: {} } };
                            resources.before = { type: resources.sandbox.type, properties };
                            resources.sandbox.options = { dependsOn: ["${before}"] };
                        }),
                    ),
                );
                const urns = await created(program);
                const last =
                    urns.length - 1 - [...urns].reverse().findIndex((urn) => urn.includes(`${program.sandbox}-before`));
                const first = urns.findIndex(
                    (urn) => urn === `docker:index/container:Container::${program.sandbox}-web`,
                );
                assert.ok(last >= 0 && first > last, urns.join("\n"));
            }));

        it("may have a base in another stack: an output where the components take none", () =>
            withProgram("yaml", async (program) => {
                const { stack, sandbox, text } = program;
                await program.write(
                    changedYaml(text, ({ resources, outputs }) => {
                        const { distribution, baseImage } = resources.sandbox.properties;
                        const base = { type: BASE, name: `${sandbox}-base`, properties: { distribution, baseImage } };
                        Object.assign(resources, { sandbox: undefined, base });
                        Object.assign(outputs, { machines: undefined, base: "${base.outputs}" });
                    }),
                );
                await stack.up();
                await program.write(
                    changedYaml(text, ({ resources }) => {
                        const name = `organization/languages-yaml/${stack.name}`;
                        resources.theirs = { type: "pulumi:pulumi:StackReference", properties: { name } };
                        const base = '${theirs.outputs["base"]}';
                        resources.sandbox.properties = { name: "${pulumi.stack}", machines: { web: {} }, base };
                    }),
                );
                const second = await program.secondStack();
                const { outputs } = await second.up();
                assert.deepEqual(Object.keys(outputs.machines.value as object), ["web"]);
                assert.deepEqual(Object.keys((await second.preview()).changeSummary), ["same"]);
            }));

        it("has nothing changed by a plugin that lies elsewhere, with other modes", () =>
            withProgram("yaml", async (program) => {
                const text = changedYaml(program.text, small());
                await program.write(text);
                await program.stack.up();
                const moved = path.join(program.directory, "elsewhere");
                await cp(path.join(builtPackage(), "plugin"), moved, { recursive: true });
                // As Pulumi's CLI unpacks plugins.
                execFileSync("chmod", ["--recursive", "go-rwx", moved]);
                await program.write(
                    changedYaml(text, ({ packages }) => {
                        packages["centos-systemd"] = moved;
                    }),
                );
                assert.deepEqual(Object.keys((await program.stack.preview()).changeSummary), ["same"]);
            }));
    });

    describe("a program in Go", function () {
        this.timeout("10m");

        before("can be run", async function () {
            await needsLanguage(this, "go");
        });

        it("may transform what its sandbox consists of", () =>
            withProgram("go", async (program) => {
                const text = program.text
                    .replace('"node": {Count: pulumi.IntRef(2)},', "")
                    .replace(
                        "\t\t})\n\t\tif err",
                        "\t\t}, pulumi.Transforms([]pulumi.ResourceTransform{onTeam}))\n\t\tif err",
                    );
                await program.write(`${text.replace("import (", 'import (\n\t"context"\n')}${ON_TEAM}`);
                await program.stack.up();
                const blue = ["ps", "--filter", "label=team=blue", "--format", "{{.Names}}"];
                assert.equal(await docker(blue), `${program.sandbox}-web`);
                assert.deepEqual(Object.keys((await program.stack.preview()).changeSummary), ["same"]);
            }));
    });
}

/** A label of the user's own on every container. */
const ON_TEAM = `
func onTeam(_ context.Context, args *pulumi.ResourceTransformArgs) *pulumi.ResourceTransformResult {
	if args.Type != "docker:index/container:Container" {
		return nil
	}
	labels := args.Props["labels"].(pulumi.Array)
	args.Props["labels"] = append(labels, pulumi.Map{"label": pulumi.String("team"), "value": pulumi.String("blue")})
	return &pulumi.ResourceTransformResult{Props: args.Props, Opts: args.Opts}
}
`;
