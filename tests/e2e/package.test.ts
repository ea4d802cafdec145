import { LocalWorkspace } from "@pulumi/pulumi/automation";
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { CHECKOUT } from "../support/stack";

/** The README's example of a program of one's own. */
function readmeProgram(): string {
    const readme = readFileSync(path.join(CHECKOUT, "README.md"), "utf8");
    const [, program] = /```ts\n(import [^]*?)```/.exec(readme) ?? assert.fail("no TypeScript example in the README");
    return program;
}

/** A project that has installed the package; its other packages are those of the checkout, in which it lies. */
function projectWith(program: string): string {
    const project = mkdtempSync(path.join(CHECKOUT, ".pulumi", "package-"));
    const modules = path.join(project, "node_modules");
    cpSync(path.join(CHECKOUT, "dist"), path.join(modules, "pulumi-centos-systemd"), { recursive: true });
    writeFileSync(path.join(project, "Pulumi.yaml"), "name: mine\nruntime: nodejs\n");
    writeFileSync(path.join(project, "package.json"), '{ "name": "mine", "main": "index.ts" }');
    writeFileSync(
        path.join(project, "tsconfig.json"),
        JSON.stringify({
            compilerOptions: { module: "node16", target: "es2022", strict: true, skipLibCheck: true },
            files: ["index.ts"],
        }),
    );
    writeFileSync(path.join(project, "index.ts"), program);
    mkdirSync(path.join(project, "units"));
    writeFileSync(path.join(project, "units/hello.service"), "[Service]\nExecStart=/bin/true\n");
    mkdirSync(path.join(project, "provision"));
    writeFileSync(path.join(project, "provision/web.sh"), "true\n");
    return project;
}

describe("the npm package", () => {
    let project: string;

    before("build and install", () => {
        execFileSync("npm", ["run", "-s", "build"], { cwd: CHECKOUT, stdio: ["ignore", "ignore", "inherit"] });
        project = projectWith(readmeProgram());
    });

    after(() => rmSync(project, { recursive: true, force: true }));

    it("has types for the README's program", () => {
        execFileSync(path.join(CHECKOUT, "node_modules/.bin/tsc"), ["--noEmit"], { cwd: project, stdio: "inherit" });
    });

    it("runs the README's program: a preview of its machines", async () => {
        const stack = await LocalWorkspace.createStack(
            { stackName: "alice", workDir: project },
            {
                envVars: {
                    PULUMI_BACKEND_URL: `file://${project}`,
                    PULUMI_CONFIG_PASSPHRASE: "test",
                    PULUMI_CONFIG_PASSPHRASE_FILE: "",
                },
            },
        );
        const { stdout, changeSummary } = await stack.preview();
        assert.match(stdout, /docker:index:Container alice-web create/);
        assert.match(stdout, /docker:index:Container alice-client create/);
        assert.deepEqual(Object.keys(changeSummary), ["create"]);
    });
});
