import { readdirSync, realpathSync, statSync } from "node:fs";
import { join, dirname } from "node:path";
import process from "node:process";
import { cached, once } from "./cache.mjs";
import { isExecutable, run, which } from "./child.mjs";
import { isAtLeast } from "./go.mjs";
import { pulumiHome } from "./home.mjs";
import { buildPart, cli, fetchModulesOf, plugins, sdkVersion } from "./parts.mjs";
import { patiently } from "./patience.mjs";
import { inCheckout } from "./paths.mjs";
import { Problem } from "./problem.mjs";

/** The oldest CLI that knows everything in our Pulumi.yaml and speaks with our SDK. */
const oldest = "3.214.0";

/** The official release that belongs to the SDK, and where it goes when it is downloaded. */
const release = sdkVersion("@pulumi/pulumi");
const downloaded = cached("downloaded", `pulumi-${release}`);

/**
 * The Pulumi that the project uses: the user's own, else a downloaded one, else a built one.
 *
 * @typedef {object} Pulumi
 * @property {"yours" | "downloaded" | "built"} origin
 * @property {string} executable
 * @property {string[]} path directories that PATH needs for it
 */

/**
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {Pulumi | undefined}
 */
export function findPulumi(env = process.env) {
    const own = which("pulumi", env);
    const candidates = /** @type {const} */ ([
        ["yours", own],
        ["downloaded", join(downloaded, "bin", "pulumi")],
        ["built", cli.executable],
    ]);
    const [origin, executable] = candidates.find(([, path]) => path !== undefined && isExecutable(path)) ?? [];
    if (origin === undefined || executable === undefined) {
        return undefined;
    }
    const host = findLanguageHost(executable, env);
    return host && { origin, executable, path: origin === "yours" ? host : [dirname(executable)] };
}

/**
 * Releases have the language host beside the CLI; some distributions of Pulumi leave it out.
 *
 * @param {string} executable
 * @param {NodeJS.ProcessEnv} env
 * @returns {string[] | undefined} what PATH needs for it
 */
function findLanguageHost(executable, env) {
    if (hasHost(executable, "pulumi-language-nodejs", env)) {
        return [];
    }
    return isExecutable(cli.executable) ? [dirname(cli.executable)] : undefined;
}

/**
 * Whether that Pulumi finds the host of a language by itself.
 *
 * @param {string} executable
 * @param {string} name
 * @param {NodeJS.ProcessEnv} [env]
 */
export function hasHost(executable, name, env = process.env) {
    return isExecutable(join(dirname(realpathSync(executable)), name)) || which(name, env) !== undefined;
}

/** @type {import("./step.mjs").Step} */
export const pulumi = {
    name: "Pulumi",
    why: "it brings the machines up; there is none on PATH",

    async found() {
        const pulumi = findPulumi();
        if (pulumi?.origin !== "yours") {
            return pulumi && `${pulumi.origin === "built" ? cli.version : release}, ${pulumi.origin}`;
        }
        // In a home of ours: even this writes a log there.
        const env = { ...process.env, PULUMI_HOME: pulumiHome, PULUMI_SKIP_UPDATE_CHECK: "true" };
        const version = (await run(pulumi.executable, ["version"], { env })).stdout.trim();
        if (!isAtLeast(version, oldest)) {
            throw new Problem(
                `Pulumi ${version} (${pulumi.executable}) is older than ${oldest}, which this project needs.`,
                "Upgrade it (https://www.pulumi.com/docs/install), or take it off PATH: then the project gets its own.",
            );
        }
        return `${version}, ${pulumi.executable}`;
    },

    async make(progress) {
        if (which("pulumi") === undefined && (await download(progress))) {
            return `${release} downloaded`;
        }
        // Where it has to be built, so have they.
        await Promise.all([buildPart(cli, progress), fetchModulesOf(plugins)]);
        return `${cli.version} and its language host built from Go modules`;
    },
};

/** @param {import("./step.mjs").Progress} progress */
async function download(progress) {
    progress("asking for the official release");
    await once(downloaded, async (directory) => {
        // TMPDIR: the installer's own temporary files show whether anything arrives.
        const env = { ...process.env, PULUMI_HOME: pulumiHome, TMPDIR: directory };
        const script = inCheckout("toolchain", "download-pulumi.mjs");
        const ended = await patiently(
            (signal) => run(process.execPath, [script, directory], { env, signal }),
            () => sizeOf(directory),
        );
        if (!ended?.ok) {
            throw new Refused();
        }
    }).catch((error) => {
        if (!(error instanceof Refused)) {
            throw error;
        }
    });
    return isExecutable(join(downloaded, "bin", "pulumi"));
}

class Refused extends Error {}

/**
 * @param {string} path
 * @returns {number} bytes below it
 */
export function sizeOf(path) {
    try {
        const status = statSync(path);
        return status.isDirectory()
            ? readdirSync(path).reduce((sum, name) => sum + sizeOf(join(path, name)), 0)
            : status.size;
    } catch {
        return 0; // gone in the meantime
    }
}
