/**
 * What a message means that names no cause: what a step says, and what there is to say of it.
 *
 * @type {readonly [RegExp, string][]}
 */
const KNOWN = [
    [
        /^E: (Unable to locate package|Package '.*' has no installation candidate)/m,
        "An image has no lists of packages, so that they can't be old: run apt-get update before apt-get install.",
    ],
];

/** @param {string} said everything that a step has said */
export function explanations(said) {
    return KNOWN.filter(([message]) => message.test(said)).map(([, explanation]) => explanation);
}
