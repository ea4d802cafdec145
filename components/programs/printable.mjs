import { NAMES } from "./names.mjs";

/**
 * What comes from outside, such as a machine's answer or a label that anybody can have made, may do more to a terminal than
 * be read: move its cursor, set its title, turn the reading direction round, or pretend to be lines of ours.
 */

/** Controls, formats (bidi among them), surrogates, what Unicode hasn't assigned, and separators that end a line. */
export const INVISIBLE = new RegExp(NAMES.invisible, "gu");

/**
 * The text on one line, with all that can't be seen written as `\u{1b}`.
 *
 * @param {unknown} text
 */
export function printable(text) {
    return String(text).replace(INVISIBLE, (character) => `\\u{${codeOf(character)}}`);
}

/**
 * The same, but the line ends stay, and tabs become blanks.
 *
 * @param {string} text
 */
export function printableLines(text) {
    return text
        .split(/\r?\n/)
        .map((line) => printable(line.replaceAll("\t", "    ")))
        .join("\n");
}

/**
 * Text of several lines on one, with a blank in place of each.
 *
 * @param {string} text
 */
export function oneLine(text) {
    return printable(text.trim().replace(/\s+/g, " "));
}

/** @param {string} character */
export function codeOf(character) {
    return /** @type {number} */ (character.codePointAt(0)).toString(16);
}
