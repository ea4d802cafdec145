/**
 * One machine of the stack output `machines`.
 *
 * @typedef {object} Machine
 * @property {string} container
 * @property {string} address
 * @property {string[]} ports
 * @property {string} state
 * @property {number} bootSeconds
 * @property {string} systemdVersion
 * @property {string} shell
 */

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
 * Rows with their columns one below the other.
 *
 * @param {string[][]} rows
 */
export function aligned(rows) {
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
    const published = Object.values(machines)
        .flatMap(({ ports }) => ports)[0]
        ?.split("->")[0];
    /** @type {[purpose: string, command: string][]} */
    const commands = [
        ...(published === undefined ? [] : [/** @type {[string, string]} */ (["ask", `curl http://${published}`])]),
        ["shell", first.shell],
        ["journal", first.shell.replace(/bash -l$/, "journalctl -f")],
        ["stop", "npm stop"],
    ];
    return commands.map(([purpose, command]) => `${purpose.padEnd(8)} ${command}`).join("\n");
}
