import { dirname, join } from "node:path";
import { cached, fingerprint, once } from "./cache.mjs";
import { isExecutable } from "./child.mjs";
import { build, fetchModules, findGo, readGoMod } from "./go.mjs";
import { readJson } from "./json.mjs";
import { inCheckout } from "./paths.mjs";

/**
 * Something that can be built here from Go modules, where its official release can't be downloaded.
 *
 * @typedef {object} Part
 * @property {string} name also that of its executable
 * @property {string} version
 * @property {string} key version and fingerprint of the sources
 * @property {string} executable where it lies, once it is built
 * @property {Compile} compile
 *
 * @typedef {(go: string, directory: string, progress: import("./step.mjs").Progress) => Promise<void>} Compile
 */

/** @param {string} name */
export const sourceOf = (name) => inCheckout("toolchain", "go", name);

/**
 * @param {string} name
 * @param {string} version
 * @param {Compile} compile fills a directory
 * @param {string[]} sources
 * @returns {Part}
 */
export function part(name, version, compile, sources = [name]) {
    const key = `${version}-${fingerprint(...sources.map(sourceOf))}`;
    return { name, version, key, executable: cached("built", `${name}-${key}`, name), compile };
}

export const versionOfSdk = "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version";

/**
 * Builds a program of somebody's module, which a go.mod of ours names as its tool.
 *
 * @param {string} program
 * @param {string} variable the one that its own release sets to its version
 * @param {Parameters<Compile>} words
 */
export function buildTool(program, variable, [go, directory, progress]) {
    const { tool = "", version } = readGoMod(sourceOf(program));
    const output = join(directory, program);
    return build(go, { directory: sourceOf(program), package: tool, output, variable, version }, (activity) =>
        progress(`${program} ${version}, ${activity}`),
    );
}

/** The CLI, and beside it the host of TypeScript programs, as in a release; a host elsewhere on PATH makes it warn. */
function pulumi() {
    const [name, host] = ["pulumi", "pulumi-language-nodejs"];
    /** @type {Compile} */
    const compile = async (...words) => {
        for (const program of [name, host]) {
            await buildTool(program, versionOfSdk, words);
        }
    };
    return part(name, readGoMod(sourceOf(name)).version, compile, [name, host]);
}

/**
 * The version of one of the project's npm packages: plugins answer to the same.
 *
 * @param {string} name
 * @returns {string}
 */
export function sdkVersion(name) {
    const manifest = /** @type {{ devDependencies: Record<string, string> }} */ (readJson("package.json"));
    return manifest.devDependencies[name];
}

/**
 * @param {string} name
 * @param {string} sdk
 * @param {string[]} [tags]
 */
function plugin(name, sdk, tags) {
    const version = sdkVersion(sdk);
    const source = { directory: sourceOf(name), tags };
    const made = part(name, version, (go, directory, progress) => {
        const program = { ...source, package: ".", output: join(directory, name), variable: "main.version", version };
        return build(go, program, (activity) => progress(`${name} ${version}, ${activity}`));
    });
    return { ...made, ...source };
}

/**
 * What Pulumi calls a plugin.
 *
 * @param {Part} plugin
 */
export function shortName(plugin) {
    return plugin.name.replace("pulumi-resource-", "");
}

export const cli = pulumi();
export const plugins = [
    // Upstream's switch to leave docker compose out; @pulumi/docker has no resource for it.
    plugin("pulumi-resource-docker", "@pulumi/docker", ["no_compose"]),
    plugin("pulumi-resource-command", "@pulumi/command"),
];

/**
 * Builds it, unless it is built already.
 *
 * @param {Part} part
 * @param {import("./step.mjs").Progress} progress
 */
export async function buildPart({ name, version, executable, compile }, progress) {
    if (isExecutable(executable)) {
        return;
    }
    const { go: needed } = readGoMod(sourceOf(name));
    const go = await findGo(needed, `it builds ${name} ${version}, which can't be downloaded here.`);
    const building = (/** @type {string} */ activity) => progress(`building ${activity}`);
    await once(dirname(executable), (directory) => compile(go, directory, building), progress);
}

/**
 * Fetches the modules of parts that will be built, beside something that keeps the processors busy.
 *
 * @param {typeof plugins} parts
 */
export async function fetchModulesOf(parts) {
    for (const { name, directory, tags } of parts) {
        const go = await findGo(readGoMod(directory).go, `it builds ${name}.`);
        await fetchModules(go, { directory, package: ".", tags });
    }
}
