import { codeOf, INVISIBLE } from "../components/programs/printable.mjs";

/** What can't stand as it is between $' and '. */
const SPECIAL = new RegExp(`'|${INVISIBLE.source}`, "gu");

/**
 * One word of a command that is shown to a person to copy: no shell sees more in it than one word.
 *
 * @param {unknown} text
 */
export function shellWord(text) {
    const word = String(text);
    if (/^[\w@+:,./-]+$/.test(word)) {
        return word;
    }
    if (word.search(INVISIBLE) < 0) {
        // The backslash too stands outside of the quotes: between them, it would escape one in fish.
        return `'${word.replace(/['\\]/g, "'\\$&'")}'`;
    }
    // bash, zsh and ksh know escapes between $' and '. The others take them literally: so no quote may be among them.
    const escaped = word
        .replaceAll("\\", "\\\\")
        .replace(SPECIAL, (character) => `\\U${codeOf(character).padStart(8, "0")}`);
    return `$'${escaped}'`;
}
