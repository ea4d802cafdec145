import { lastLines, run } from "./child.mjs";
import { readJson } from "./json.mjs";
import { checkout } from "./paths.mjs";
import { Problem } from "./problem.mjs";

/** @typedef {Record<string, { version?: string, optional?: boolean }>} Packages */

/** @type {import("./step.mjs").Step} */
export const dependencies = {
    name: "npm packages",
    why: "node_modules doesn't match package-lock.json",

    async found() {
        const wanted = readPackages("package-lock.json");
        const installed = readPackages("node_modules", ".package-lock.json");
        return matches(wanted, installed) ? `${Object.keys(installed).length} packages as locked` : undefined;
    },

    async make(progress) {
        // Without install scripts: Pulumi's would put plugins into the user's own ~/.pulumi, and nothing here needs one.
        const words = ["ci", "--ignore-scripts", "--no-audit", "--no-fund"];
        progress("npm ci");
        const ended = await run("npm", words, { cwd: checkout, onLine: progress });
        if (!ended.ok) {
            throw new Problem("npm ci failed:", lastLines(ended), "Mend that, then run this again.");
        }
        return `${Object.keys(readPackages("node_modules", ".package-lock.json")).length} packages installed`;
    },
};

export const hasDependencies = async () => (await dependencies.found()) !== undefined;

/**
 * Whether what npm noted as installed is what is locked. Optional packages may be left out: they are for other
 * platforms.
 *
 * @param {Packages} wanted
 * @param {Packages} installed
 */
export function matches(wanted, installed) {
    return Object.entries(wanted).every(([path, { version, optional = false }]) =>
        path === "" ? true : installed[path] === undefined ? optional : installed[path]?.version === version,
    );
}

/**
 * @param {string[]} lockfile
 * @returns {Packages}
 */
function readPackages(...lockfile) {
    try {
        return /** @type {{ packages: Packages }} */ (readJson(...lockfile)).packages;
    } catch {
        return {};
    }
}
