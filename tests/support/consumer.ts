import { LocalWorkspace, type Stack } from "@pulumi/pulumi/automation";
import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { Context } from "mocha";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { debian } from "./base-image";
import { builtPackage } from "./built-package";
import { skip } from "./skip";
import { CHECKOUT } from "./stack";

/** A project of somebody who has the published package and no checkout. */
export interface Consumer {
    readonly directory: string;
    /** Runs a program in it, and gives what it prints; what it prints on failure is in the error. */
    run(command: string, ...words: string[]): string;
    write(file: string, text: string): void;
    /** The one that `pulumi new` made, on Debian. */
    stack(): Promise<Stack>;
    close(): void;
}

/** The tarball that would be published. */
export function packedPackage(directory: string): string {
    execFileSync("npm", ["pack", builtPackage(), "--pack-destination", directory], { stdio: "pipe" });
    const tarball = readdirSync(directory).find((file) => file.endsWith(".tgz"));
    return path.join(directory, tarball ?? "npm pack made no tarball");
}

/** Packages of others come from npm's registry, as they do for people. */
export function needsRegistry(context: Context): void {
    try {
        execFileSync("npm", ["view", "@pulumi/pulumi", "version"], { stdio: "pipe" });
    } catch (error) {
        skip(context, `no npm registry answers: ${(error as Error).message.split("\n")[0]}`);
    }
}

/**
 * What `pulumi new <address of template/>` makes, offline and out of the tarball: that alone is changed in the template, as nothing
 * is published yet. `versions` are packages to be had in versions of their own; `environment` is that of all programs.
 */
export function newProject(versions: Record<string, string> = {}, environment: Record<string, string> = {}): Consumer {
    const root = mkdtempSync(path.join(tmpdir(), "consumer-"));
    // Its machines are called by it: `dev` would be a developer's own.
    const stackName = `t${randomBytes(3).toString("hex")}`;
    const [template, directory] = [path.join(root, "template"), path.join(root, "mine")];
    const env = {
        ...process.env,
        PULUMI_BACKEND_URL: `file://${root}`,
        PULUMI_CONFIG_PASSPHRASE: "test",
        PULUMI_CONFIG_PASSPHRASE_FILE: "",
        ...environment,
    };
    const runIn = (cwd: string, command: string, words: string[]) => {
        try {
            return execFileSync(command, words, { cwd, env, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
        } catch (error) {
            const { stdout = "", stderr = "" } = error as { stdout?: string; stderr?: string };
            throw new Error(`${command} ${words.join(" ")}:\n${stdout}${stderr}`);
        }
    };
    cpSync(path.join(CHECKOUT, "template"), template, { recursive: true });
    const manifest = JSON.parse(readFileSync(path.join(template, "package.json"), "utf8")) as Manifest;
    Object.assign(manifest.dependencies, versions, { "pulumi-centos-systemd": `file:${packedPackage(root)}` });
    writeFileSync(path.join(template, "package.json"), JSON.stringify(manifest));
    runIn(root, "pulumi", ["new", template, "--dir", directory, "--name", "mine", "--stack", stackName, "--yes"]);
    return {
        directory,
        run: (command, ...words) => runIn(directory, command, words),
        write: (file, text) => {
            mkdirSync(path.dirname(path.join(directory, file)), { recursive: true });
            writeFileSync(path.join(directory, file), text);
        },
        async stack() {
            const envVars = Object.fromEntries(Object.entries(env).map(([key, value]) => [key, value ?? ""]));
            const stack = await LocalWorkspace.selectStack({ stackName, workDir: directory }, { envVars });
            for (const [key, value] of Object.entries(await debian("bookworm"))) {
                await stack.setConfig(key, { value });
            }
            return stack;
        },
        close: () => rmSync(root, { recursive: true, force: true }),
    };
}

interface Manifest {
    readonly dependencies: Record<string, string>;
}
