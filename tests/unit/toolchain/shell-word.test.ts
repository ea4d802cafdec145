import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";

import { HOSTILE } from "../../support/hostile-text.js";

let printable: (text: unknown) => string;
let shellWord: (text: unknown) => string;

before(async () => {
    ({ printable } = await import("../../../components/programs/printable.mjs"));
    ({ shellWord } = await import("../../../toolchain/shell-word.mjs"));
});

describe("a word of a command to copy", () => {
    it("stays as it is where no shell sees anything in it", () => {
        for (const word of ["alice", "alice-web.2_x", "ssh://alice@far:22", "localhost/x/base:debian-12", "--force"]) {
            assert.equal(shellWord(word), word);
        }
    });

    const WORDS = [
        "",
        " ",
        "a b",
        "x; touch /tmp/owned",
        "$(touch /tmp/owned)",
        "`touch /tmp/owned`",
        "it's",
        "'",
        "\\",
        "\\'; touch /tmp/owned; '",
        "a\\'b",
        '"$HOME"',
        "~root",
        "*",
        "!!",
        "a&b|c<d>e(f)",
        "#x",
        "=ls",
        "Ü 会",
        "{a,b}",
    ];
    for (const word of WORDS) {
        for (const shell of ["sh", "bash"]) {
            it(`is one word, unchanged, in ${shell}: ${JSON.stringify(word)}`, () => {
                const seen = execFileSync(shell, ["-c", `printf '<%s>' ${shellWord(word)}`], { encoding: "utf8" });
                assert.equal(seen, `<${word}>`);
            });
        }
    }

    const UNSEEN: [what: string, word: string][] = [
        ...HOSTILE.map(([what, text]): [string, string] => [what, text]),
        ["a control and a quote", "\x1b'; touch /tmp/owned; '"],
        ["a control, a backslash and a quote", "\x1b\\'; touch /tmp/owned; \\'"],
    ];
    for (const [what, word] of UNSEEN) {
        it(`has nothing in it that can't be seen, and is still one: ${what}`, () => {
            const shown = shellWord(word);
            assert.equal(shown, printable(shown));
            // C.UTF-8, for bash to know what these characters are.
            const options = { encoding: "utf8", env: { ...process.env, LC_ALL: "C.UTF-8" } } as const;
            const seen = execFileSync("bash", ["-c", `printf '<%s>' ${shown}`], options);
            // Half a character is none: no program can have it as an argument.
            if (Buffer.from(word).toString() === word) {
                assert.equal(seen, `<${word}>`);
            }
            // dash knows no $'…': another word, but one.
            assert.match(execFileSync("sh", ["-c", `printf '<%s>' ${shown}`], options), /^<[^<>]*>$/);
        });
    }
});
