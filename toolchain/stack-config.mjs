import { existsSync, readFileSync } from "node:fs";
import { inCheckout } from "./paths.mjs";
import { Problem } from "./problem.mjs";

/** The stack that `npm start` brings up. */
export const stack = "dev";

const file = `stacks/Pulumi.${stack}.yaml`;

/**
 * What the user's stack says about one of our settings. Read from its file: asking Pulumi costs a third of a second.
 * Only once the npm packages are there, as one of them reads YAML.
 *
 * @param {string} key
 * @param {string} [text] the stack's configuration
 * @returns {Promise<string | undefined>}
 */
export async function configured(key, text = readConfig()) {
    const value = (await parsed(text))?.config?.[`pulumi-centos-systemd:${key}`];
    if (value === undefined || value === null) {
        return undefined;
    }
    return typeof value === "string" ? value : JSON.stringify(value);
}

/**
 * @param {string} text
 * @returns {Promise<{ config?: Record<string, unknown> } | undefined>}
 */
async function parsed(text) {
    const { default: yaml } = await import("js-yaml");
    try {
        return /** @type {{ config?: Record<string, unknown> } | undefined} */ (yaml.safeLoad(text));
    } catch (error) {
        // The lines that follow the first one quote the file, which may have secrets.
        const [reason] = /** @type {Error} */ (error).message.split("\n");
        throw new Problem(`${file} is no YAML: ${reason}`, "Mend it, then run this again.");
    }
}

function readConfig() {
    const path = inCheckout(file);
    return existsSync(path) ? readFileSync(path, "utf8") : "";
}
