import { isBelow } from "../../rules/path";
import type { BadValue } from "../../rules/problem";
import { fileOnTheWay, isDirectory } from "./hierarchy";

/** Everything wrong with where files are to be: on a directory, or below a file, be it one of them or of every machine. */
export function placeProblems(files: readonly string[], argument: string): BadValue[] {
    return files.flatMap((file) => {
        const below = files.find((other) => isBelow(file, other)) ?? fileAbove(file);
        const reason = isDirectory(file)
            ? "a path that isn't a directory's"
            : below !== undefined
              ? `a path that isn't below a file; ${below} is one`
              : undefined;
        return reason === undefined ? [] : [{ argument, value: file, allowed: reason }];
    });
}

function fileAbove(file: string): string | undefined {
    const found = fileOnTheWay(file);
    return found === file ? undefined : found;
}
