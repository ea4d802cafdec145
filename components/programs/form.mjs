// What JSON from elsewhere is, as far as it has the form that it must have. What has another one isn't there.

/** @typedef {Record<string, unknown>} Fields */

/** @param {unknown} value @returns {Fields} */
export function fields(value) {
    return typeof value === "object" && value !== null && !Array.isArray(value) ? /** @type {Fields} */ (value) : {};
}

/** @param {unknown} value @returns {Fields[]} */
export function listOfFields(value) {
    return Array.isArray(value) ? value.map(fields) : [];
}

/** @param {unknown} value */
export function textOf(value) {
    return typeof value === "string" ? value : "";
}

/** Name → text, of a thing's labels and its like. @param {unknown} value @returns {Record<string, string>} */
export function texts(value) {
    const entries = Object.entries(fields(value)).flatMap(([name, text]) =>
        typeof text === "string" ? [/** @type {const} */ ([name, text])] : [],
    );
    return Object.fromEntries(entries);
}
