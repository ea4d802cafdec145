import { LocalWorkspace, type Stack } from "@pulumi/pulumi/automation";
import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import type { Context } from "mocha";
import { promisify } from "node:util";
import { debian } from "../base-image";
import { builtPackage } from "../built-package";
import { configure, Secret } from "../project";
import { skip } from "../skip";
import { CHECKOUT, contents, mustFail } from "../stack";
import { languageHost } from "./host";
import { generateSdk, pythonPackages } from "./sdk";

export type Language = "typescript" | "yaml" | "python" | "go";

/** Somebody's program in that language: at first the example's, on Debian and with a secret `token`. */
export interface LanguageProgram {
    readonly stack: Stack;
    /** What its machines' names on the host begin with. */
    readonly sandbox: string;
    readonly directory: string;
    /** What it was when it was opened. */
    readonly text: string;
    /** Replaces it. */
    write(text: string): Promise<void>;
    /** A stack of the same project beside the first. */
    secondStack(): Promise<Stack>;
    /** What an `up` or a preview says that must fail. */
    fails(operation: "up" | "preview"): Promise<string>;
    /** The state as it lies in the backend, secrets encrypted. */
    stored(): Promise<string>;
    /** Destroys what is left of it. */
    close(): Promise<void>;
}

const SOURCES = { typescript: "index.ts", yaml: "Pulumi.yaml", python: "__main__.py", go: "main.go" };

export async function openProgram(language: Language): Promise<LanguageProgram> {
    const environment = await environmentOf(language);
    const root = await mkdtemp(path.join(tmpdir(), "languages-"));
    const directory = await copyExample(language, root, environment);
    const source = path.join(directory, SOURCES[language]);
    const sandbox = `t${randomBytes(3).toString("hex")}`;
    const text = await readFile(source, "utf8");
    const envVars = {
        PULUMI_BACKEND_URL: `file://${root}`,
        PULUMI_CONFIG_PASSPHRASE: "test",
        PULUMI_CONFIG_PASSPHRASE_FILE: "",
        ...environment,
    };
    const stacks: Stack[] = [];
    const newStack = async (stackName: string) => {
        const stack = await LocalWorkspace.createStack({ stackName, workDir: directory }, { envVars });
        stacks.unshift(stack);
        await configure(stack, { ...(await debian("bookworm")), token: new Secret("sesame") });
        return stack;
    };
    const stack = await newStack(sandbox);
    return {
        stack,
        sandbox,
        directory,
        text,
        write: (next) => writeFile(source, next),
        secondStack: () => newStack(`${sandbox}-second`),
        fails: (operation) => mustFail(stack[operation]()),
        stored: () => contents(path.join(root, ".pulumi")),
        async close() {
            // The younger one first: it may be built on the older.
            for (const each of stacks) {
                await each.destroy();
            }
            await rm(root, { recursive: true });
        },
    };
}

/** The example, as deep as it lies in the checkout: programs name files by relative paths. */
async function copyExample(language: Language, root: string, environment: Record<string, string>): Promise<string> {
    builtPackage();
    for (const shared of ["components", "dist", "node_modules", "package.json", "stacks", "tsconfig.json"]) {
        await symlink(path.join(CHECKOUT, shared), path.join(root, shared));
    }
    await mkdir(path.join(root, ".pulumi"));
    const directory = path.join(root, "examples", "languages", language);
    // Of somebody who has tried it there, nothing.
    const filter = (file: string) => !/\/(sdks|go\.sum|\.centos-systemd|__pycache__|Pulumi\.[^/]+\.yaml)$/.test(file);
    await cp(path.join(CHECKOUT, "examples", "languages"), path.dirname(directory), { recursive: true, filter });
    if (language === "go") {
        await generateSdk("go", path.join(directory, "sdks", "go"));
        await promisify(execFile)("go", ["mod", "tidy"], { cwd: directory, env: { ...process.env, ...environment } });
    }
    return directory;
}

/** Gets what runs programs in that language, and what they import; skips where that can't be had. */
export async function needsLanguage(context: Context, language: Language): Promise<void> {
    await environmentOf(language).catch((error: Error) => skip(context, error.message));
}

/** What Pulumi needs to run it. */
async function environmentOf(language: Language): Promise<Record<string, string>> {
    if (language === "typescript") {
        return {};
    }
    const directories = [...(await languageHost(language)), process.env.PATH];
    return {
        PATH: directories.join(path.delimiter),
        ...(language === "python" && { PYTHONPATH: await pythonPackages(), PYTHONDONTWRITEBYTECODE: "1" }),
        // What is compiled for the generator is then found.
        ...(language === "go" && { GOWORK: "off", CGO_ENABLED: "0", GOFLAGS: "-trimpath -gcflags=all=-dwarf=false" }),
    };
}

/** Runs `use` with it, and destroys it whatever happens. */
export async function withProgram(language: Language, use: (program: LanguageProgram) => Promise<void>): Promise<void> {
    const program = await openProgram(language);
    try {
        await use(program);
    } finally {
        await program.close();
    }
}
