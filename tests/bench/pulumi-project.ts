import { execFile } from "node:child_process";
import { cpSync, mkdirSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { promisify } from "node:util";
import { CHECKOUT } from "../support/stack";
import type { Contender } from "./contender";
import { type Span, timeline } from "./timeline";

const run = promisify(execFile);

/** A Pulumi program as a person writes it who uses the package, with the two lines of the README that make it start fast. */
export interface PulumiProgram {
    readonly name: string;
    /** The text of index.ts. */
    readonly program: string;
    readonly config?: Readonly<Record<string, string>>;
    /** Edits a file of the project, below `directory`, before `up` is measured once more. */
    readonly change?: (directory: string) => void;
}

export interface PulumiContender extends Contender {
    /** An `up`, resource by resource. */
    timeline(): Promise<Span[]>;
}

/** A project with the compiled package in it, and a stack of its own backend, beside it in `directory`. */
export async function pulumiProject(
    directory: string,
    stack: string,
    { name, program, config = {}, change }: PulumiProgram,
): Promise<PulumiContender> {
    const project = path.join(directory, stack);
    write(project, program);
    const backend = {
        PULUMI_BACKEND_URL: `file://${directory}`,
        PULUMI_CONFIG_PASSPHRASE: "bench",
        PULUMI_CONFIG_PASSPHRASE_FILE: "",
    };
    const env = { ...process.env, ...backend };
    const pulumi = (...words: string[]) =>
        run("pulumi", [...words, "--non-interactive"], { cwd: project, env, maxBuffer: 1 << 26 });
    await pulumi("stack", "init", stack);
    for (const [key, value] of Object.entries(config)) {
        await pulumi("config", "set", key, value);
    }
    const up = async () => void (await pulumi("up", "--yes", "--skip-preview"));
    return {
        name,
        phases: {
            up,
            again: up,
            ...(change && {
                change: () => {
                    change(project);
                    return up();
                },
            }),
            down: async () => void (await pulumi("destroy", "--yes", "--skip-preview")),
        },
        stateBytes: () => statSync(path.join(directory, ".pulumi/stacks", PROJECT, `${stack}.json`)).size,
        timeline: () => timeline(stack, project, backend),
        close: async () => void (await pulumi("stack", "rm", "--yes")),
    };
}

const PROJECT = "bench";

function write(project: string, program: string): void {
    const modules = path.join(project, "node_modules");
    cpSync(path.join(CHECKOUT, "dist"), path.join(modules, "pulumi-centos-systemd"), { recursive: true });
    for (const name of ["@pulumi", "js-yaml", "ts-node", "typescript"]) {
        symlinkSync(path.join(CHECKOUT, "node_modules", name), path.join(modules, name));
    }
    mkdirSync(path.join(project, "provision"));
    for (const [file, text] of Object.entries({
        "Pulumi.yaml": `name: ${PROJECT}\nruntime: nodejs\n`,
        "package.json": JSON.stringify({ name: PROJECT, main: "index.ts" }),
        "tsconfig.json": JSON.stringify({ compilerOptions: { module: "node16", target: "es2022", noCheck: true } }),
        "index.ts": program,
        "provision/first.sh": "true\n",
    })) {
        writeFileSync(path.join(project, file), text);
    }
}
