import { execFile } from "node:child_process";
import { mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { promisify } from "node:util";
import { built } from "../../support/languages/host";
import { generateSdk } from "../../support/languages/sdk";
import { skip } from "../../support/skip";
import { CHECKOUT } from "../../support/stack";

/** A program that has the components from the plugin, where it could have the npm package. */
const PROGRAM = `
import { SystemdSandbox, type types } from "./sdk";

const web: types.input.ReplicatedMachineArgs = { ports: [{ port: 80 }], hardening: "minimal" };
const sandbox = new SystemdSandbox("alice", { machines: { web, client: {} }, ttl: "8h" });
export const states = sandbox.machines.apply((machines) => Object.values(machines).map(({ state }) => state));
`;

if (process.env.LANGUAGES === "all") {
    // Those for Python and Go are made and used by the examples.
    describe("the SDK for Node programs that is made of the plugin", function () {
        this.timeout("10m");

        let directory: string;

        before("can be made", async function () {
            await built("sdk").catch((error: Error) => skip(this, error.message));
            directory = await mkdtemp(path.join(tmpdir(), "sdk-"));
            await symlink(path.join(CHECKOUT, "node_modules"), path.join(directory, "node_modules"));
            await generateSdk("nodejs", path.join(directory, "sdk"));
        });
        after(() => rm(directory, { recursive: true }));

        it("compiles, and a program with it", async () => {
            await writeFile(path.join(directory, "index.ts"), PROGRAM);
            const strict = ["--noEmit", "--strict", "--module", "nodenext", "--target", "es2022", "--skipLibCheck"];
            const words = ["--no-install", "tsc", ...strict, "--types", "node", "index.ts"];
            await promisify(execFile)("npx", words, { cwd: directory }).catch((error: Error & { stdout: string }) => {
                throw new Error(error.stdout);
            });
        });
    });
}
