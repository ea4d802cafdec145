import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { sandboxOf } from "../support/sandbox";
import { CHECKOUT, type TestStack, withStack } from "../support/stack";

/** What `npm run logs -- <stack>` prints. */
async function logs(stack: TestStack): Promise<string> {
    const env = {
        ...process.env,
        PULUMI_BACKEND_URL: `file://${stack.directory}`,
        PULUMI_CONFIG_PASSPHRASE: "test",
        PULUMI_CONFIG_PASSPHRASE_FILE: "",
    };
    const words = [join(CHECKOUT, "toolchain/logs.mjs"), `organization/test/${stack.name}`];
    return (await promisify(execFile)("node", words, { env })).stdout;
}

describe("npm run logs", () => {
    it("exports journal, boot times, boot plot and console of every machine, even of one that is not ready", async () => {
        const provision = [{ inline: "systemd-cat echo the cellar is flooded; exit 1" }];
        await withStack(sandboxOf({ web: { provision }, db: {} }), async (stack) => {
            const directory = join(CHECKOUT, "logs", stack.name);
            const read = (file: string) => readFileSync(join(directory, file), "utf8");
            try {
                await stack.upFails();
                assert.match(await logs(stack), new RegExp(`✓ logs/${stack.name}/${stack.name}-web.journal.txt`));
                assert.match(read(`${stack.name}-web.journal.txt`), /the cellar is flooded/);

                stack.program(sandboxOf({ web: {}, db: {} }));
                await stack.up();
                assert.doesNotMatch(await logs(stack), /^-/m);
                for (const machine of ["web", "db"]) {
                    assert.match(read(`${machine}.journal.txt`), /Startup finished in/);
                    assert.match(read(`${machine}.blame.txt`), /ms systemd-journald\.service/);
                    assert.match(read(`${machine}.boot.svg`), /<svg [^]*multi-user\.target[^]*<\/svg>/);
                    assert.match(read(`${machine}.console.txt`), /Reached target/);
                }
            } finally {
                rmSync(directory, { recursive: true, force: true });
            }
        });
    });
});
