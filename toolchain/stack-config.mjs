import { readFileSync } from "node:fs";
import { inCheckout } from "./paths.mjs";

/** The stack that `npm start` brings up. */
export const stack = "dev";

/**
 * What the user's stack says about one of our settings. Read as text: asking Pulumi costs a third of a second.
 *
 * @param {string} key
 * @param {string} [text] the stack's configuration
 * @returns {string | undefined}
 */
export function configured(key, text = readConfig()) {
    const [, value] =
        new RegExp(`^\\s+["']?pulumi-centos-systemd:${key}["']?:\\s*["']?([^"'\\n]+?)["']?\\s*$`, "m").exec(text) ?? [];
    return value;
}

function readConfig() {
    try {
        return readFileSync(inCheckout("stacks", `Pulumi.${stack}.yaml`), "utf8");
    } catch {
        return "";
    }
}
