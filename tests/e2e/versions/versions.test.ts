import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { type Consumer, needsRegistry, newProject } from "../../support/consumer";
import { skip } from "../../support/skip";
import { CHECKOUT } from "../../support/stack";

const NODES = ["20", "22", "24"];

const { peerDependencies } = JSON.parse(readFileSync(path.join(CHECKOUT, "package.json"), "utf8")) as {
    peerDependencies: Record<string, string>;
};

/** Versions of Pulumi's SDKs, at both ends of what the package asks for. */
const SDKS: Record<string, Record<string, string>> = {
    oldest: Object.fromEntries(Object.entries(peerDependencies).map(([name, range]) => [name, range.slice(1)])),
    newest: peerDependencies,
};

/** An ES module of plain JavaScript: what a program can be beside TypeScript. */
const ES_MODULE = `import * as pulumi from "@pulumi/pulumi";
import { SystemdSandbox } from "pulumi-centos-systemd";
const config = new pulumi.Config();
const sandbox = new SystemdSandbox(pulumi.getStack(), {
    distribution: config.require("distribution"),
    baseImage: config.get("baseImage"),
    machines: { web: {} },
});
export const { machines } = sandbox;
`;

/** `npm run test:versions`; `npm test` has what the checkout is developed with. */
if (process.env.VERSIONS === "all") {
    for (const node of NODES) {
        describe(`Node ${node}`, () => {
            let directory: string;
            let environment: Record<string, string>;

            before("install it", function () {
                needsRegistry(this);
                if (process.platform !== "linux" || !["x64", "arm64"].includes(process.arch)) {
                    skip(this, `npm's packages of Node are for Linux: this is ${process.platform} on ${process.arch}`);
                }
                const name = `node-linux-${process.arch}`;
                directory = mkdtempSync(path.join(tmpdir(), "node-"));
                execFileSync("npm", ["install", "--prefix", directory, `${name}@${node}`], { stdio: "pipe" });
                const bin = path.join(directory, "node_modules", name, "bin");
                environment = { PATH: `${bin}:${process.env.PATH}` };
            });
            after(() => directory && rmSync(directory, { recursive: true }));

            for (const [age, versions] of Object.entries(SDKS)) {
                it(`runs the template with the ${age} SDKs: up, again unchanged, then as an ES module, destroy`, async () => {
                    const project = newProject(versions, environment);
                    try {
                        assert.match(project.run("node", "--version"), new RegExp(`^v${node}\\.`));
                        assertVersions(project, age);
                        await upAndDown(project);
                    } finally {
                        project.close();
                    }
                });
            }
        });
    }
}

function assertVersions(project: Consumer, age: string): void {
    const installed = project.run("npm", "ls", "@pulumi/pulumi", "--depth=0");
    const oldest = installed.includes(`@pulumi/pulumi@${SDKS.oldest["@pulumi/pulumi"]}\n`);
    assert.equal(oldest, age === "oldest", installed);
}

async function upAndDown(project: Consumer): Promise<void> {
    const stack = await project.stack();
    try {
        await stack.up();
        assert.deepEqual(Object.keys((await stack.preview()).changeSummary), ["same"]);
        project.run("npm", "pkg", "set", "type=module", "main=index.mjs");
        project.write("index.mjs", ES_MODULE);
        const { changeSummary } = await stack.preview();
        assert.equal(changeSummary.create ?? 0, 0, "no more than it has");
    } finally {
        await stack.destroy();
    }
}
