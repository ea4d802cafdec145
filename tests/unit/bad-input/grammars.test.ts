import * as fc from "fast-check";
import assert from "node:assert/strict";
import { isIPv6 } from "node:net";
import { isImageReference } from "../../../components/distribution/image-reference";
import { isBelow, pathProblems } from "../../../components/rules/path";
import { bytes, sizeProblems } from "../../../components/rules/size";
import { network, overlap, parseSubnet, size, subnetText } from "../../../components/rules/subnet";

const ipv4 = fc.tuple(fc.ipV4(), fc.integer({ min: 0, max: 32 })).map(([address, bits]) => `${address}/${bits}`);
const ipv6 = fc.tuple(fc.ipV6(), fc.integer({ min: 0, max: 128 })).map(([address, bits]) => `${address}/${bits}`);
const subnet = fc.oneof(ipv4, ipv6).map((text) => parseSubnet(text));

describe("the grammar of subnets", () => {
    it("has each address with each size, and the text of one is that one", () => {
        fc.assert(
            fc.property(subnet, (parsed) => {
                assert.ok(parsed);
                assert.deepEqual(parseSubnet(subnetText(parsed)), parsed);
            }),
        );
    });

    it("reads IPv6 in whatever way it is written", () => {
        for (const text of ["::ffff:10.0.0.1/128", "::FFFF:a00:1/128", "0:0:0:0:0:ffff:0a00:0001/128"]) {
            assert.equal(parseSubnet(text)?.address, 0xffff_0a00_0001n, text);
        }
        fc.assert(
            fc.property(fc.bigInt({ min: 0n, max: (1n << 128n) - 1n }), (address) => {
                const text = subnetText({ family: 6, address, bits: 128 });
                assert.ok(isIPv6(text.replace("/128", "")), text);
                assert.equal(parseSubnet(text)?.address, address);
            }),
        );
    });

    it("has a network in it that has the same addresses, and no more", () => {
        fc.assert(
            fc.property(subnet, (parsed) => {
                assert.ok(parsed);
                const whole = network(parsed);
                assert.deepEqual(network(whole), whole);
                assert.ok(whole.address <= parsed.address && parsed.address < whole.address + size(whole));
            }),
        );
    });

    it("tells subnets that have an address in common, as counting their addresses does", () => {
        fc.assert(
            fc.property(ipv4, ipv4, (first, second) => {
                const [a, b] = [first, second].map((text) => network(parseSubnet(text) ?? assert.fail()));
                const common = a.address < b.address + size(b) && b.address < a.address + size(a);
                assert.equal(overlap(a, b), common, `${first} ${second}`);
            }),
        );
    });

    it("takes nothing else", () => {
        fc.assert(
            fc.property(fc.string(), (text) => {
                const parsed = parseSubnet(text);
                assert.ok(parsed === undefined || /^[0-9a-fA-F.:]+\/\d+$/.test(text), text);
            }),
        );
    });
});

describe("the grammar of sizes", () => {
    const units = fc.constantFrom("KiB", "MiB", "GiB");

    it("has whole numbers of units, as far as single bytes are counted", () => {
        fc.assert(
            fc.property(fc.bigInt({ min: 1n, max: 1n << 70n }), units, (number, unit) => {
                const text = `${number}${unit}`;
                const exact = number * { KiB: 1n << 10n, MiB: 1n << 20n, GiB: 1n << 30n }[unit];
                const isSound = sizeProblems("size", text).length === 0;
                assert.equal(isSound, exact <= BigInt(Number.MAX_SAFE_INTEGER), text);
                assert.ok(!isSound || BigInt(bytes(text)) === exact, text);
            }),
        );
    });

    it("has nothing else", () => {
        fc.assert(
            fc.property(fc.string(), (text) => {
                assert.ok(sizeProblems("size", text).length === 1 || /^[1-9]\d*[KMG]iB$/.test(text), text);
            }),
        );
    });
});

describe("the grammar of paths", () => {
    const name = fc.stringMatching(/^[a-z.]{1,12}$/).filter((text) => text !== "." && text !== "..");
    const path = fc.array(name, { minLength: 1, maxLength: 8 }).map((names) => `/${names.join("/")}`);
    const problems = (text: string) => pathProblems("path", text, "a path").length;

    it("has each list of names", () => {
        fc.assert(fc.property(path, (text) => assert.equal(problems(text), 0, text)));
    });

    it("has one text alone for one place", () => {
        const detours = fc.constantFrom("/", "/.", "/..", "//", "/./x", "/../x", "\n", "\0");
        fc.assert(fc.property(path, detours, (text, detour) => assert.equal(problems(`${text}${detour}`), 1, text)));
    });

    it("has what is below something by its names, not by its letters", () => {
        fc.assert(
            fc.property(path, name, (text, more) => {
                assert.ok(isBelow(`${text}/${more}`, text));
                assert.ok(!isBelow(`${text}${more}`, text));
                assert.ok(!isBelow(text, text));
            }),
        );
    });
});

describe("the grammar of image references", () => {
    const word = fc.stringMatching(/^[a-z0-9]{1,6}$/);
    const reference = fc
        .tuple(fc.array(word, { minLength: 1, maxLength: 4 }), fc.option(word), fc.boolean())
        .map(([names, tag, digest]) =>
            [names.join("/"), tag === null ? "" : `:${tag}`, digest ? `@sha256:${"0a".repeat(32)}` : ""].join(""),
        );

    it("has names, with a tag, a digest, or both", () => {
        fc.assert(fc.property(reference, (text) => assert.ok(isImageReference(text), text)));
    });

    it("has nothing that ends a line of a Dockerfile, or begins like an option", () => {
        fc.assert(
            fc.property(reference, fc.constantFrom("\n", " ", "$", "\\", '"', "#"), (text, end) => {
                assert.ok(!isImageReference(`${text}${end}`));
                assert.ok(!isImageReference(`-${text}`));
            }),
        );
    });
});
