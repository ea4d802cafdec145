import { existsSync } from "node:fs";
import { delimiter } from "node:path";
import process from "node:process";
import { chooseBackend } from "./backend.mjs";
import { dockerHost } from "./context.mjs";
import { hasDependencies } from "./dependencies.mjs";
import { pulumiHome } from "./home.mjs";
import { inCheckout } from "./paths.mjs";
import { plugins as compatible } from "./parts.mjs";
import { isInstalled } from "./plugins.mjs";
import { Problem } from "./problem.mjs";
import { findPulumi } from "./pulumi.mjs";

/**
 * The environment in which the project's Pulumi runs. Only looks at what is there, and changes nothing.
 *
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {Promise<NodeJS.ProcessEnv>}
 */
export async function environment(env = process.env) {
    const engine = await dockerHost(env);
    const path = [inCheckout("node_modules", ".bin"), ...(findPulumi(env)?.path ?? []), env["PATH"]];
    return {
        ...env,
        ...chooseBackend(env).variables,
        ...(engine === undefined ? {} : { DOCKER_HOST: engine }),
        PATH: path.join(delimiter),
        PULUMI_HOME: pulumiHome,
        PULUMI_SKIP_UPDATE_CHECK: "true",
    };
}

/** Refuses to go on where the bootstrap has not been run. */
export async function requireToolchain(env = process.env) {
    const { passphraseFile } = chooseBackend(env);
    const parts = {
        "the npm packages": await hasDependencies(),
        Pulumi: findPulumi(env) !== undefined,
        "Pulumi's plugins": compatible.every((plugin) => isInstalled(plugin)),
        "a passphrase": passphraseFile === undefined || existsSync(passphraseFile),
    };
    const missing = Object.entries(parts).flatMap(([name, present]) => (present ? [] : [name]));
    if (missing.length > 0) {
        throw new Problem(`Not ready yet: ${missing.join(", ")} missing.`, "npm run bootstrap");
    }
}
