import assert from "node:assert/strict";

/** What a terminal obeys, or a reader doesn't see: controls but the line end, other directions, text of no width. */
const UNPRINTABLE = /(?!\n)[\p{Cc}\p{Cf}\p{Co}\p{Cs}\u2028\u2029]/u;

/** Fails where a terminal would do anything but show the text. */
export function assertPrintable(text: string): void {
    const [found] = UNPRINTABLE.exec(text) ?? [];
    assert.equal(found, undefined, JSON.stringify(text));
}
