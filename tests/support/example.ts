import { LocalWorkspace, type Stack } from "@pulumi/pulumi/automation";
import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { debian } from "./base-image";
import { machineJournals } from "./journal";
import { CHECKOUT } from "./stack";

/**
 * Runs `use` with a stack of examples/<name>, on Debian: the program as it lies there, as a person's `pulumi up` runs it.
 * The stack is destroyed and forgotten whatever happens. `environment` reaches Pulumi and its plugins: KUBECONFIG, for one.
 */
export async function withExample(
    name: string,
    use: (stack: Stack, directory: string) => Promise<void>,
    environment: Record<string, string> = {},
): Promise<void> {
    const backend = await mkdtemp(path.join(tmpdir(), "pulumi-centos-systemd-"));
    const directory = path.join(CHECKOUT, "examples", name);
    const stack = await LocalWorkspace.createStack(
        { stackName: `t${randomBytes(3).toString("hex")}`, workDir: directory },
        {
            envVars: {
                PULUMI_BACKEND_URL: `file://${backend}`,
                PULUMI_CONFIG_PASSPHRASE: "test",
                PULUMI_CONFIG_PASSPHRASE_FILE: "",
                ...environment,
            },
        },
    );
    try {
        for (const [key, value] of Object.entries(await debian("bookworm"))) {
            await stack.setConfig(key, { value });
        }
        await use(stack, directory);
    } catch (error) {
        console.error(await machineJournals(stack.name, {}));
        throw error;
    } finally {
        await stack.destroy();
        await stack.workspace.removeStack(stack.name);
        await rm(backend, { recursive: true });
    }
}
