import { type ConfigValue, LocalWorkspace, type Stack } from "@pulumi/pulumi/automation";
import { copyFile, cp, mkdir, mkdtemp, readFile, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { CHECKOUT } from "./stack";

/** A checkout with a backend of its own, where the project's own program runs as `pulumi up` runs it. */
export interface Project {
    /** A new stack; values that aren't text are given as `pulumi config set --path` would store them. */
    stack(name: string, config: Record<string, unknown>): Promise<Stack>;
    /** A stack's state as it lies in the backend, secrets encrypted. */
    state(name: string): Promise<string>;
    /** Destroys what is left, the youngest stack first: bases go after their sandboxes. */
    close(): Promise<void>;
}

export async function openProject(environment: Record<string, string> = {}): Promise<Project> {
    const workDir = await mkdtemp(path.join(tmpdir(), "pulumi-centos-systemd-"));
    for (const shared of ["components", "node_modules", "package.json", "tsconfig.json"]) {
        await symlink(path.join(CHECKOUT, shared), path.join(workDir, shared));
    }
    await copyFile(path.join(CHECKOUT, "Pulumi.yaml"), path.join(workDir, "Pulumi.yaml"));
    // A copy: the stacks' configuration is kept here, and a developer's own must not be found.
    const filter = (file: string) => !/Pulumi\..*\.yaml$/.test(file);
    await cp(path.join(CHECKOUT, "stacks"), path.join(workDir, "stacks"), { recursive: true, filter });
    await mkdir(path.join(workDir, ".pulumi"));
    const envVars = {
        PULUMI_BACKEND_URL: `file://${workDir}`,
        PULUMI_CONFIG_PASSPHRASE: "test",
        PULUMI_CONFIG_PASSPHRASE_FILE: "",
        ...environment,
    };
    const stacks: Stack[] = [];
    return {
        async stack(name, config) {
            const stack = await LocalWorkspace.createStack({ stackName: name, workDir }, { envVars });
            stacks.unshift(stack);
            await configure(stack, config);
            return stack;
        },
        state: (name) => readFile(path.join(workDir, `.pulumi/stacks/pulumi-centos-systemd/${name}.json`), "utf8"),
        async close() {
            for (const stack of stacks) {
                await stack.destroy();
            }
            await rm(workDir, { recursive: true });
        },
    };
}

/** Sets values of any kind, each part of an object under its own path. */
export async function configure(stack: Stack, config: Record<string, unknown>): Promise<void> {
    const values = Object.entries(config).flatMap(([key, value]) => parts(key, value));
    await stack.setAllConfig(Object.fromEntries(values), true);
}

/** A value to be set with `--secret`. */
export class Secret {
    constructor(readonly value: string) {}
}

function parts(key: string, value: unknown): [string, ConfigValue][] {
    if (value instanceof Secret) {
        return [[key, { value: value.value, secret: true }]];
    }
    return typeof value === "object" && value !== null
        ? Object.entries(value).flatMap(([inner, item]) =>
              parts(Array.isArray(value) ? `${key}[${inner}]` : `${key}["${inner}"]`, item),
          )
        : [[key, { value: String(value) }]];
}
