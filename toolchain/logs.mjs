// Saves what the machines of a stack say into logs/<stack>: npm run logs [-- <stack>]
import { closeSync, mkdirSync, openSync, rmSync } from "node:fs";
import { join, posix, relative } from "node:path";
import process from "node:process";
import { lastLines, run } from "./child.mjs";
import { environment, requireToolchain } from "./environment.mjs";
import { consoleOf, inside, machinesOf } from "./machines.mjs";
import { labelPrefix } from "./names.mjs";
import { checkout, inCheckout, isMain } from "./paths.mjs";
import { printable } from "../components/programs/printable.mjs";
import { main, Problem } from "./problem.mjs";
import { stack as usual } from "./stack-config.mjs";

/** @typedef {import("./machines.mjs").Place} Machine */

/** What is saved of each machine: suffix of the file, and the command inside that prints it. @type {[suffix: string, words: string[]][]} */
const exports = [
    ["journal.txt", ["journalctl", "--boot", "--no-pager", "--output=short-precise"]],
    ["blame.txt", ["systemd-analyze", "--no-pager", "blame"]],
    ["boot.svg", ["systemd-analyze", "plot"]],
];

async function logs() {
    const stack = process.argv[2] ?? usual;
    // Of "organization/project/stack", the last part.
    const directory = inCheckout("logs", fileName(posix.basename(stack)));
    await requireToolchain();
    const env = await environment();
    const machines = await reachable(stack, env);
    rmSync(directory, { recursive: true, force: true });
    mkdirSync(directory, { recursive: true });
    const lines = await Promise.all(
        Object.entries(machines).map(([name, machine]) => save(machine, join(directory, fileName(name)), env)),
    );
    console.log(lines.flat().join("\n"));
    console.log(
        "\nAll of it is what the machines say, unchanged: a terminal obeys it (less, not cat), and a browser the plot.",
    );
}

/**
 * A name as a part of a file's name: it must not lead anywhere else.
 *
 * @param {string} name
 */
export function fileName(name) {
    if (!/^[A-Za-z0-9][\w.-]{0,127}$/.test(name)) {
        throw new Problem(
            `"${printable(name)}" can't be the name of a file.`,
            "Names of stacks and machines begin with a letter or a digit; letters, digits, dots, dashes and underscores follow.",
        );
    }
    return name;
}

/**
 * The machines in the stack's output; where its first `up` has failed there is none, and the containers' labels say
 * which they are.
 *
 * @param {string} stack
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<Record<string, Machine>>}
 */
async function reachable(stack, env) {
    try {
        return await machinesOf(stack, env);
    } catch (problem) {
        const label = `label=${labelPrefix}stack=${posix.basename(stack)}`;
        const listed = await run("docker", ["ps", "--all", "--filter", label, "--format", "{{.Names}}"], { env });
        const containers = listed.stdout.split("\n").filter((name) => name !== "");
        if (containers.length === 0) {
            throw problem;
        }
        return Object.fromEntries(containers.map((container) => [container, { container, docker: "docker" }]));
    }
}

/**
 * @param {Machine} machine
 * @param {string} beginning of the files' paths
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<string[]>} a line for each file, or for what there is no file of
 */
export async function save(machine, beginning, env) {
    const named = { ...machine, container: fileName(machine.container) };
    /** @type {[string, string[]][]} */
    const all = [
        .../** @type {[string, string[]][]} */ (exports.map(([suffix, words]) => [suffix, inside(named, words)])),
        ["console.txt", consoleOf(named)],
    ];
    return Promise.all(
        all.map(async ([suffix, words]) => {
            const path = `${beginning}.${suffix}`;
            const [file = "docker", ...rest] = words;
            const output = openSync(path, "w");
            const ended = await run(file, rest, { env, output });
            closeSync(output);
            if (ended.ok) {
                return `✓ ${relative(checkout, path)}`;
            }
            rmSync(path);
            return `- ${relative(checkout, path)}: ${printable(lastLines(ended, 1))}`;
        }),
    );
}

if (isMain(import.meta.url)) {
    await main(logs);
}
