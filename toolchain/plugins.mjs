import { mkdirSync, readlinkSync, realpathSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { homedir } from "node:os";
import { join, sep } from "node:path";
import process from "node:process";
import { cached } from "./cache.mjs";
import { isExecutable, run } from "./child.mjs";
import { pulumiHome } from "./home.mjs";
import { buildPart, plugins as compatible, shortName } from "./parts.mjs";
import { patiently } from "./patience.mjs";
import { findPulumi, sizeOf } from "./pulumi.mjs";

/** @typedef {import("./parts.mjs").Part} Part */

/**
 * @param {Part} plugin
 * @param {string} home a PULUMI_HOME
 */
function directoryIn(home, plugin) {
    return join(home, "plugins", `resource-${shortName(plugin)}-v${plugin.version}`);
}

/**
 * @param {Part} plugin
 * @param {string} [home]
 */
export function isInstalled(plugin, home = pulumiHome) {
    return isExecutable(join(directoryIn(home, plugin), plugin.name));
}

/**
 * Whether what is installed there is the project's own stand-in for the official plugin.
 *
 * @param {Part} plugin
 * @param {string} [home]
 */
export function isStandIn(plugin, home = pulumiHome) {
    try {
        return readlinkSync(join(directoryIn(home, plugin), plugin.name)) === plugin.executable;
    } catch {
        return false; // a file of its own, as Pulumi installs it
    }
}

/** Where the user's Pulumi keeps its plugins. What runs in the project's environment has PULUMI_HOME set to one of ours. */
function usersHome() {
    const named = process.env["PULUMI_HOME"];
    return named === undefined || named.startsWith(cached("homes") + sep) ? join(homedir(), ".pulumi") : named;
}

/**
 * A stand-in gives way as soon as the user has the official plugin.
 *
 * @param {Part} plugin
 */
function isCurrent(plugin) {
    return isInstalled(plugin) && !(isStandIn(plugin) && isInstalled(plugin, usersHome()));
}

/** @type {import("./step.mjs").Step} */
export const plugins = {
    name: "Pulumi plugins",
    why: "they speak with the Docker engine and run commands on the host",

    async found() {
        return compatible.every(isCurrent)
            ? compatible.map((plugin) => `${describe(plugin)}${isStandIn(plugin) ? " (stand-in)" : ""}`).join(", ")
            : undefined;
    },

    async make(progress) {
        const got = [];
        for (const plugin of compatible.filter((plugin) => !isCurrent(plugin))) {
            got.push(`${describe(plugin)} ${await install(plugin, progress)}`);
        }
        return got.join(", ");
    },
};

/**
 * Sees to a plugin that only tests need: the bootstrap asks for none.
 *
 * @param {Part} plugin
 * @returns {import("./step.mjs").Step}
 */
export const onlyForTests = (plugin) => ({
    name: `Pulumi's ${shortName(plugin)} plugin`,
    why: "only tests need it",

    // The home has no word of its sources in its name: one of ours that is there may be of others.
    async found() {
        return isCurrent(plugin) && !isOutdated(plugin) ? plugin.version : undefined;
    },

    async make(progress) {
        return `${plugin.version} ${await install(plugin, progress)}`;
    },
});

/**
 * Whether it is a stand-in that was built from other sources.
 *
 * @param {Part} plugin
 */
function isOutdated(plugin) {
    const file = join(directoryIn(pulumiHome, plugin), plugin.name);
    return realpathSync(file).startsWith(cached("built") + sep) && !isStandIn(plugin);
}

/** @param {Part} plugin */
const describe = (plugin) => `${shortName(plugin)} ${plugin.version}`;

/**
 * @param {Part} plugin
 * @param {import("./step.mjs").Progress} progress
 * @returns {Promise<string>} where it came from
 */
async function install(plugin, progress) {
    const official = join(directoryIn(usersHome(), plugin), plugin.name);
    if (isExecutable(official)) {
        link(official, plugin);
        return "(your own)";
    }
    // A Pulumi that had to be built says that the official downloads don't answer here.
    if (findPulumi()?.origin !== "built" && (await download(plugin, progress))) {
        return "(downloaded)";
    }
    await buildPart(plugin, progress);
    link(plugin.executable, plugin);
    return "(stand-in, built from Go modules)";
}

/**
 * Pulumi takes no link for a plugin's directory, but does for the file in it.
 *
 * @param {string} executable
 * @param {Part} plugin
 */
function link(executable, plugin) {
    const directory = directoryIn(pulumiHome, plugin);
    mkdirSync(directory, { recursive: true });
    // Beside and renamed: another bootstrap may be doing the same.
    const unfinished = join(directory, `.${plugin.name}.${process.pid}`);
    symlinkSync(executable, unfinished);
    renameSync(unfinished, join(directory, plugin.name));
}

/**
 * @param {Part} plugin
 * @param {import("./step.mjs").Progress} progress
 */
async function download(plugin, progress) {
    progress(`downloading ${describe(plugin)}`);
    const temporary = join(pulumiHome, "tmp");
    mkdirSync(temporary, { recursive: true });
    // Pulumi takes a directory for a plugin, even where the user's plugin that ours leads to has gone.
    rmSync(directoryIn(pulumiHome, plugin), { recursive: true, force: true });
    const pulumi = findPulumi()?.executable ?? "pulumi";
    const env = { ...process.env, PULUMI_HOME: pulumiHome, PULUMI_SKIP_UPDATE_CHECK: "true", TMPDIR: temporary };
    const words = ["plugin", "install", "resource", shortName(plugin), plugin.version];
    await patiently(
        (signal) => run(pulumi, words, { env, signal }),
        () => sizeOf(temporary) + sizeOf(directoryIn(pulumiHome, plugin)),
    );
    rmSync(temporary, { recursive: true, force: true });
    return isInstalled(plugin);
}
