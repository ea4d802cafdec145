import { realpathSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

/** The root of this checkout. */
export const checkout = fileURLToPath(new URL("..", import.meta.url));

/** @param {string[]} names */
export const inCheckout = (...names) => join(checkout, ...names);

/**
 * Whether a file is the one that Node was started with, and not imported by another.
 *
 * @param {string} url the file's `import.meta.url`
 */
export function isMain(url) {
    return process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(url);
}
