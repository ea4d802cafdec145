import type { BadValue } from "./problem";

/** Absolute, without `.`, `..`, `//`, a line break or a slash at the end, so that equal paths are equal texts. */
const PLAIN = /^(\/(?!\.{1,2}(\/|$))[^/\u0000-\u001f\u007f]+)+$/;

/** For one name in a path, in bytes (NAME_MAX, limits.h). */
const MOST_NAME_BYTES = 255;
/** For a path, in bytes: PATH_MAX (limits.h) without the NUL that ends it (path_resolution(7)). */
const MOST_PATH_BYTES = 4095;

/** Everything wrong with the text of a path inside a machine; `allowed` says what sort of path it has to be. */
export function pathProblems(argument: string, path: string, allowed: string): BadValue[] {
    if (!PLAIN.test(path)) {
        return [{ argument, value: path, allowed }];
    }
    const names = path.split("/").flatMap((name) => nameLengthProblems(argument, name));
    return names.length > 0
        ? names
        : byteProblems(argument, path, MOST_PATH_BYTES, `a path of at most ${MOST_PATH_BYTES} bytes`);
}

/** A name that is to be one in a directory, and longer than Linux allows. */
export function nameLengthProblems(argument: string, name: string): BadValue[] {
    return byteProblems(argument, name, MOST_NAME_BYTES, `names of at most ${MOST_NAME_BYTES} bytes each`);
}

function byteProblems(argument: string, value: string, most: number, allowed: string): BadValue[] {
    return Buffer.byteLength(value) <= most ? [] : [{ argument, value, allowed }];
}

/** Whether the one is the other, or somewhere in it. */
export function isWithin(path: string, place: string): boolean {
    return path === place || isBelow(path, place);
}

/** Whether the one is somewhere in the other. */
export function isBelow(path: string, directory: string): boolean {
    return path.startsWith(`${directory}/`);
}
