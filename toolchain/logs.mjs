// Exports journals and boot times of a stack's machines into logs/<stack>: npm run logs [-- <stack>]
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join, posix, relative } from "node:path";
import process from "node:process";
import { lastLines, run } from "./child.mjs";
import { environment, requireToolchain } from "./environment.mjs";
import { checkout, inCheckout, isMain } from "./paths.mjs";
import { main, Problem } from "./problem.mjs";
import { stack as usual } from "./stack-config.mjs";

/** How to reach a machine: a container, and how to call Docker's CLI for it. @typedef {{ container: string, docker: string }} Machine */

/** What is exported of each machine: suffix of the file, and the command inside that prints it. @type {[suffix: string, words: string[]][]} */
const exports = [
    ["journal.txt", ["journalctl", "--boot", "--no-pager", "--output=short-precise"]],
    ["blame.txt", ["systemd-analyze", "--no-pager", "blame"]],
    ["boot.svg", ["systemd-analyze", "plot"]],
];

async function logs() {
    const stack = process.argv[2] ?? usual;
    await requireToolchain();
    const machines = await machinesOf(stack);
    // Of "organization/project/stack", the last part.
    const directory = inCheckout("logs", posix.basename(stack));
    rmSync(directory, { recursive: true, force: true });
    mkdirSync(directory, { recursive: true });
    const lines = await Promise.all(Object.entries(machines).map(([name, machine]) => save(name, machine, directory)));
    console.log(lines.flat().join("\n"));
}

/**
 * The stack's output; where its first `up` has failed there is none, and the containers' labels say which they are.
 *
 * @param {string} stack
 * @returns {Promise<Record<string, Machine>>}
 */
async function machinesOf(stack) {
    const env = environment();
    const words = ["stack", "output", "machines", "--json", "--stack", stack];
    const output = await run("pulumi", words, { env, cwd: checkout });
    if (output.ok) {
        return JSON.parse(output.stdout);
    }
    const label = `label=pulumi-centos-systemd.stack=${posix.basename(stack)}`;
    const listed = await run("docker", ["ps", "--all", "--filter", label, "--format", "{{.Names}}"], { env });
    const containers = listed.stdout.split("\n").filter((name) => name !== "");
    if (containers.length === 0) {
        throw new Problem(
            `The stack ${stack} has no machines: ${lastLines(output, 1)}`,
            "npm start brings the usual one up; npm run logs -- <stack> names another one.",
        );
    }
    return Object.fromEntries(containers.map((container) => [container, { container, docker: "docker" }]));
}

/**
 * @param {string} name
 * @param {Machine} machine
 * @param {string} directory
 * @returns {Promise<string[]>} a line for each file, or for what there is no file of
 */
async function save(name, { container, docker }, directory) {
    const [file = "docker", ...options] = docker.split(" ");
    const env = environment();
    const inside = exports.map(([suffix, words]) => [suffix, ["exec", container, ...words]]);
    /** @type {[string, string[]][]} */
    const all = [.../** @type {[string, string[]][]} */ (inside), ["console.txt", ["logs", container]]];
    return Promise.all(
        all.map(async ([suffix, words]) => {
            const path = join(directory, `${name}.${suffix}`);
            const ended = await run(file, [...options, ...words], { env });
            if (!ended.ok) {
                return `- ${relative(checkout, path)}: ${lastLines(ended, 1)}`;
            }
            writeFileSync(path, ended.stdout);
            return `✓ ${relative(checkout, path)}`;
        }),
    );
}

if (isMain(import.meta.url)) {
    await main(logs);
}
