import { inside } from "./machines.mjs";
import { printable } from "../components/programs/printable.mjs";
import { shellWord } from "./shell-word.mjs";

/** @typedef {import("./machines.mjs").Machine} Machine */

/** @type {[title: string, cell: (name: string, machine: Machine) => string][]} */
const columns = [
    ["MACHINE", (name) => name],
    ["CONTAINER", (_, { container }) => container],
    ["STATE", (_, { state }) => state],
    ["BOOT", (_, { bootSeconds }) => `${Number(bootSeconds).toFixed(1)} s`],
    ["SYSTEMD", (_, { systemdVersion }) => String(systemdVersion)],
    ["ADDRESS", (_, { address }) => address],
    ["PORTS", (_, { ports }) => ports.join(", ") || "-"],
];

/** @param {Record<string, Machine>} machines */
export function table(machines) {
    return aligned([
        columns.map(([title]) => title),
        ...Object.entries(machines).map(([name, machine]) => columns.map(([, cell]) => cell(name, machine))),
    ]);
}

/**
 * Rows with their columns one below the other. Whatever a cell says, it stays in its place.
 *
 * @param {string[][]} raw
 */
export function aligned(raw) {
    const rows = raw.map((row) => row.map(printable));
    const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
    return rows
        .map((row) =>
            row
                .map((cell, column) => cell.padEnd(widths[column] ?? 0))
                .join("  ")
                .trimEnd(),
        )
        .join("\n");
}

/**
 * What a person wants to do next, as commands to copy.
 *
 * @param {Record<string, Machine>} machines
 */
export function nextCommands(machines) {
    const [first] = Object.values(machines);
    if (first === undefined) {
        return "";
    }
    const [published] = Object.values(machines).flatMap(({ ports }) => ports);
    const [forward] = Object.values(machines).flatMap((machine) => machine.forward ?? []);
    const shown = (/** @type {string[]} */ ...words) => inside(first, words, ["-it"]).map(shellWord).join(" ");
    /** @type {[purpose: string, command: string][]} */
    const commands = [
        ["shell", shown("bash", "-l")],
        ["journal", shown("journalctl", "-f")],
        ["stop", "npm stop"],
    ];
    if (forward !== undefined) {
        commands.unshift(["forward", forward]);
    } else if (published !== undefined) {
        commands.unshift(["ask", `curl ${shellWord(`http://${published.split("->")[0]}`)}`]);
    }
    return commands.map(([purpose, command]) => `${purpose.padEnd(8)} ${command}`).join("\n");
}
