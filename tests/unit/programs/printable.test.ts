import assert from "node:assert/strict";

import { HOSTILE } from "../../support/hostile-text.js";

let printable: (text: unknown) => string;
let printableLines: (text: string) => string;

before(async () => {
    ({ printable, printableLines } = await import("../../../components/programs/printable.mjs"));
});

describe("what comes from outside, on a terminal", () => {
    for (const [what, text, shown] of HOSTILE) {
        it(`is visible: ${what}`, () => {
            assert.equal(printable(text), shown);
            assert.doesNotMatch(printableLines(text), /[^\P{C}\n]|\p{Zl}|\p{Zp}/u);
        });
    }

    it("stays as it is where it is plain, in whatever script", () => {
        for (const text of ["", "dev-web", "Überstunden für 会社", "привет", "שלום", "😀", "a  b\u00a0c", "\\u{1b}"]) {
            assert.equal(printable(text), text);
        }
    });

    it("keeps its lines where they are wanted", () => {
        assert.equal(printableLines("a\r\nb\n\x1bc"), "a\nb\n\\u{1b}c");
    });
});
