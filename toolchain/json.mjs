import { readFileSync } from "node:fs";
import { inCheckout } from "./paths.mjs";

/**
 * As JSON.parse does, but whoever reads it has to say what it is.
 *
 * @param {string} text
 * @returns {unknown}
 */
export function parseJson(text) {
    return JSON.parse(text);
}

/**
 * @param {string[]} names of a file of the checkout
 * @returns {unknown}
 */
export function readJson(...names) {
    return parseJson(readFileSync(inCheckout(...names), "utf8"));
}
