import assert from "node:assert/strict";

/** The error of a resource of that type in what `pulumi up` says when it fails, as its plugin worded it. */
export function complaint(type: string, message: string): string {
    const said = new RegExp(`^ {2}${type} [^\\n]*\\n(?: {4}(?!error: )[^\\n]*\\n)* {4}error: ([^]*?)\\n\\n`, "m");
    const [, found] = said.exec(message) ?? [];
    assert.ok(found, message);
    return found.replace(/^ {4}/gm, "");
}
