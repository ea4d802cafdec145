import type { Stack } from "@pulumi/pulumi/automation";
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import * as path from "node:path";
import { newProject, needsRegistry } from "../../support/consumer";
import { needsLanguage, withProgram } from "../../support/languages/program";
import { CHECKOUT } from "../../support/stack";

/** The README's program in a language, as it stands there. */
function snippet(fence: string): string {
    const readme = readFileSync(path.join(CHECKOUT, "README.md"), "utf8");
    const [, program] =
        new RegExp(`^\`\`\`${fence}\\n([^]*?)^\`\`\``, "m").exec(readme) ?? assert.fail(`no ${fence} in the README`);
    return program;
}

/** A preview of it has its two machines, and nothing but what is made. */
async function makesIts(stack: Stack): Promise<void> {
    const { stdout, changeSummary } = await stack.preview();
    assert.match(stdout, /docker:index:Container alice-web create/);
    assert.match(stdout, /docker:index:Container alice-client create/);
    assert.deepEqual(Object.keys(changeSummary), ["create"]);
}

if (process.env.LANGUAGES === "all") {
    describe("the README's program", function () {
        this.timeout("10m");

        for (const language of ["yaml", "python", "go"] as const) {
            it(`in ${language}`, async function () {
                await needsLanguage(this, language);
                await withProgram(language, async (program) => {
                    // Where the plugin lies, and what YAML's project is called, is another's.
                    const plugin = path.join(CHECKOUT, "dist", "plugin");
                    const text = snippet(language).replace("../pulumi-centos-systemd/dist/plugin", plugin);
                    await program.write(text.replace("name: mine\n", `name: languages-${language}\n`));
                    await writeFile(path.join(program.directory, "web.sh"), "#!/bin/sh\n");
                    await makesIts(program.stack);
                });
            });
        }

        for (const [language, fence, file] of [
            ["typescript", "ts", "index.ts"],
            ["javascript", "js", "index.mjs"],
        ] as const) {
            it(`in ${language}, with the npm package`, async function () {
                needsRegistry(this);
                const project = newProject();
                try {
                    project.write(file, snippet(fence));
                    project.write("units/hello.service", "[Service]\nExecStart=/bin/true\n");
                    project.write("web.sh", "#!/bin/sh\n");
                    if (language === "typescript") {
                        project.run("npx", "--no-install", "tsc");
                    } else {
                        project.run("npm", "pkg", "set", `main=${file}`);
                        project.write("Pulumi.yaml", JAVASCRIPT);
                    }
                    await makesIts(await project.stack());
                } finally {
                    project.close();
                }
            });
        }
    });
}

const JAVASCRIPT = "name: mine\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n";
