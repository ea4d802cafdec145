/** Absolute, without `.`, `..`, `//`, a line break or a slash at the end, so that equal paths are equal texts. */
export const PLAIN_PATH = /^(\/(?!\.{1,2}(\/|$))[^/\u0000-\u001f]+)+$/;
