import process from "node:process";
import { parseJson } from "./json.mjs";

/**
 * One of the variables that a Command hands to its program; a Command that forgets one is a mistake of ours.
 *
 * @param {string} name
 */
export function variable(name) {
    const value = process.env[name];
    if (value === undefined) {
        throw new Error(`The variable ${name} is missing.`);
    }
    return value;
}

/**
 * The same, of a value that isn't text.
 *
 * @param {string} name
 * @returns {unknown}
 */
export function jsonVariable(name) {
    return parseJson(variable(name));
}
