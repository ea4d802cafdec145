import type { Stack } from "@pulumi/pulumi/automation";
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { type Consumer, needsRegistry, newProject, packedPackage } from "../support/consumer";
import { inMachine } from "../support/docker";
import { CHECKOUT } from "../support/stack";

function ours(command: string, ...words: string[]): string {
    return execFileSync(path.join(CHECKOUT, "node_modules/.bin", command), words, { encoding: "utf8", stdio: "pipe" });
}

describe("the npm package", () => {
    let directory: string;
    let tarball: string;

    before("build and pack", () => {
        directory = mkdtempSync(path.join(tmpdir(), "packed-"));
        tarball = packedPackage(directory);
    });
    after(() => rmSync(directory, { recursive: true }));

    it("contains what is used from a Node program, and nothing else", () => {
        const files = execFileSync("tar", ["--list", "--file", tarball], { encoding: "utf8" }).trim().split("\n");
        const top = new Set(files.map((file) => file.split("/")[1]));
        assert.deepEqual([...top].filter((name) => !/\.(js|d\.ts)$/.test(name)).sort(), [
            "CHANGELOG.md",
            "LICENSE",
            "README.md",
            "base",
            "cgroups",
            "cluster",
            "distribution",
            "docker",
            "host",
            "image",
            "kubernetes",
            "machine",
            "nri",
            "operations",
            "package.json",
            "programs",
            "rules",
            "sandbox",
            "schema.json",
        ]);
        assert.deepEqual(
            files.filter((file) => /\.ts$/.test(file) && !/\.d\.ts$/.test(file)),
            [],
        );
        assert.ok(files.includes("package/image/Dockerfile"));
    });

    it("is as publint and attw want it", () => {
        assert.doesNotMatch(ours("publint", tarball, "--strict"), /Errors|Warnings/);
        ours("attw", tarball, "--no-color");
    });
});

describe("a project of `pulumi new`", () => {
    let project: Consumer;
    let stack: Stack;

    before(async function () {
        needsRegistry(this);
        project = newProject();
        stack = await project.stack();
    });
    after(() => project?.close());

    it("has the package, not a link, and the SDKs that it needs", () => {
        assert.equal(project.run("realpath", "node_modules/pulumi-centos-systemd").trim(), installed());
        project.run("npm", "ls", "@pulumi/pulumi", "@pulumi/docker", "@pulumi/command", "js-yaml");
    });

    it("can load it as CommonJS and as an ES module", () => {
        const type = "console.log(typeof SystemdSandbox)";
        const commonjs = `const { SystemdSandbox } = require("pulumi-centos-systemd"); ${type}`;
        assert.equal(project.run("node", "--eval", commonjs).trim(), "function");
        const esm = `import { SystemdSandbox } from "pulumi-centos-systemd"; ${type}`;
        assert.equal(project.run("node", "--input-type=module", "--eval", esm).trim(), "function");
    });

    it("brings its machines up, and then has nothing left to change", async () => {
        project.run("npx", "--no-install", "tsc");
        try {
            await stack.up();
            assert.equal(await inMachine(`${stack.name}-web`, "cat /etc/motd"), "Declared in index.ts");
            assert.deepEqual(Object.keys((await stack.preview()).changeSummary), ["same"]);
        } finally {
            await stack.destroy();
        }
    });

    function installed(): string {
        return path.join(project.run("pwd", "-P").trim(), "node_modules/pulumi-centos-systemd");
    }
});
