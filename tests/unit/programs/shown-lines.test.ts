import assert from "node:assert/strict";
import fc from "fast-check";

/** What is shown of these texts, which come one after the other. */
async function shown(texts: readonly string[], secrets: readonly string[] = []): Promise<string[]> {
    const { ShownLines } = await import("../../../components/programs/shown-lines.mjs");
    const lines: string[] = [];
    const all = new ShownLines([...secrets], (line) => lines.push(line));
    texts.forEach((text) => all.write(text));
    all.end();
    return lines;
}

describe("the lines of a step, as they come", () => {
    it("are shown as soon as they end, the last one without an end too", async () => {
        const { ShownLines } = await import("../../../components/programs/shown-lines.mjs");
        const lines: string[] = [];
        const all = new ShownLines([], (line) => lines.push(line));
        all.write("one\ntw");
        assert.deepEqual(lines, ["one"]);
        all.write("o\n\nthr");
        assert.deepEqual(lines, ["one", "two", ""]);
        all.write("ee");
        all.end();
        assert.deepEqual(lines, ["one", "two", "", "three"]);
        all.end();
        assert.equal(lines.length, 4);
    });

    it("end with a line feed, a carriage return or both, wherever a piece ends", async () => {
        const text = "a\nb\r\nc\rd\r\n\r\ne";
        const whole = ["a", "b", "c", "d", "", "e"];
        assert.deepEqual(await shown([text]), whole);
        for (let cut = 1; cut < text.length; cut++) {
            assert.deepEqual(await shown([text.slice(0, cut), text.slice(cut)]), whole, `cut at ${cut}`);
        }
        assert.deepEqual(await shown([...text]), whole);
        assert.deepEqual(await shown(["a\r", "", "\nb"]), ["a", "b"]);
    });

    it("are cut where they are too long for a plugin of Pulumi's, and nothing is lost", async () => {
        const long = "0123456789".repeat(1000);
        const lines = await shown([`${long}\n`]);
        assert.deepEqual(
            lines.map(({ length }) => length),
            [4096, 4096, 1808],
        );
        assert.equal(lines.join(""), long);
    });

    it("are shown while a line without an end gets too long to be kept", async () => {
        const { ShownLines } = await import("../../../components/programs/shown-lines.mjs");
        let count = 0;
        const all = new ShownLines(["sesame"], (line) => (count += line.length));
        for (let written = 0; written < 40; written++) {
            all.write("x".repeat(1 << 16));
        }
        assert.ok(count > 2 << 20, `${count}`);
    });
});

describe("a secret among them", () => {
    it("is hidden whole where another one is a part of it", async () => {
        assert.deepEqual(await shown(["open sesame, sesame, open"], ["sesame", "open sesame"]), [
            "[secret], [secret], open",
        ]);
    });

    it("is hidden line by line, whatever ends its lines", async () => {
        assert.deepEqual(await shown(["x one y\r\ntwo\nthree\n"], ["one\r\ntwo\rthree\n\n"]), [
            "x [secret] y",
            "[secret]",
            "[secret]",
        ]);
    });

    it("is hidden with the controls that it has", async () => {
        assert.deepEqual(await shown(["a\u001b[31mb\tc\n"], ["\u001b[31mb\tc"]), ["a[secret]"]);
    });

    it("stays hidden where it is cut, wherever that is", async () => {
        await fc.assert(
            fc.asyncProperty(
                fc.string({ maxLength: 20 }),
                fc.string({ maxLength: 20 }),
                fc.nat(8),
                async (a, b, at) => {
                    const text = `${a.replaceAll("#", "")}#sesame#${b.replaceAll("#", "")}`;
                    const cut = a.replaceAll("#", "").length + at;
                    const lines = await shown([text.slice(0, cut), text.slice(cut)], ["#sesame#"]);
                    assert.ok(lines.join("").includes("[secret]"));
                    assert.ok(!lines.join("").includes("sesame"));
                },
            ),
        );
    });

    it("stays hidden where the line that it is in is cut, and where it is itself longer than what is kept", async () => {
        const secret = `begin${"s".repeat((1 << 20) + (1 << 18))}end`;
        const text = `${"x".repeat(1000)}${secret}${"y".repeat(1000)}`;
        const pieces = text.match(/.{1,65536}/gs) ?? [];
        const lines = (await shown(pieces, [secret, "sesame"])).join("");
        assert.ok(lines === `${"x".repeat(1000)}[secret]${"y".repeat(1000)}`, lines.slice(0, 2000));
    });
});

describe("what a program shows of what others say", () => {
    const load = () => import("../../../components/programs/printable.mjs");

    for (const [what, text, line] of [
        ["a colour", "a\x1b[31mred", "a\\u{1b}[31mred"],
        ["a window's title", "\x1b]0;root@host\x07", "\\u{1b}]0;root@host\\u{7}"],
        ["an eight-bit control", "\x9b2J", "\\u{9b}2J"],
        ["a line end", "fine\n$ rm -r /", "fine\\u{a}$ rm -r /"],
        ["a return to the line's beginning", "evil\rgood", "evil\\u{d}good"],
        ["another direction", "txt.\u202egpj", "txt.\\u{202e}gpj"],
        ["nothing to be seen", "a\u200bb\ufeff", "a\\u{200b}b\\u{feff}"],
        ["Unicode's own line ends", "a\u2028b\u2029", "a\\u{2028}b\\u{2029}"],
        ["a tag", "a\u{e0041}", "a\\u{e0041}"],
        ["half a character", "a\ud83d", "a\\u{d83d}"],
    ]) {
        it(`makes it visible, and one line: ${what}`, async () => assert.equal((await load()).printable(text), line));
    }

    it("leaves alone what is plain, in whatever script", async () => {
        const { printable } = await load();
        for (const text of ["", "Überstunden für 会社", "😀", "a  b\u00a0c", "\\u{1b}"]) {
            assert.equal(printable(text), text);
        }
    });

    it("keeps its lines where they are wanted, and the width of its tabs", async () => {
        assert.equal((await load()).printableLines("a\r\nb\n\tc\x1b\rd"), "a\nb\n    c\\u{1b}\\u{d}d");
    });
});
