/**
 * As JSON.parse does, but whoever reads it has to say what it is.
 *
 * @param {string} text
 * @returns {unknown}
 */
export function parseJson(text) {
    return JSON.parse(text);
}
