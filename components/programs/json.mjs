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
 * The same of what may be no JSON: undefined then.
 *
 * @param {string} text
 * @returns {unknown}
 */
export function jsonOrNothing(text) {
    try {
        return parseJson(text);
    } catch {
        return undefined;
    }
}
