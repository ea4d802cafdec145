import assert from "node:assert/strict";
import { LABEL_PREFIX } from "../../../components/labels";
import { ttlProblems } from "../../../components/rules/ttl";

const names = () => import("../../../toolchain/names.mjs");

describe("names that the components and the scripts have in common", () => {
    it("are the labels' prefix", async () => {
        assert.equal((await names()).labelPrefix, LABEL_PREFIX);
    });

    it("tell a base's stack from a sandbox's", async () => {
        const { isBase } = await names();
        assert.deepEqual(["base", "base-2", "base-"].map(isBase), [true, true, true]);
        assert.deepEqual(["database", "based", "my-base", "", "Base"].map(isBase), [false, false, false, false, false]);
    });

    const TTLS: [ttl: string, hours: number | undefined][] = [
        ["8h", 8],
        ["3d", 72],
        ["2w", 336],
        ["9999w", 9999 * 168],
        ["0h", undefined],
        ["12345h", undefined],
        ["1.5d", undefined],
        ["-1d", undefined],
        ["1m", undefined],
        ["1", undefined],
        ["h", undefined],
        ["", undefined],
        ["1h\n", undefined],
        ["1constructor", undefined],
    ];
    for (const [ttl, hours] of TTLS) {
        it(`read ${JSON.stringify(ttl)} as ${hours ?? "no"} hours, and the components allow it or not`, async () => {
            assert.equal((await names()).hoursOf(ttl), hours);
            assert.equal(ttlProblems("ttl", ttl).length === 0, hours !== undefined);
        });
    }
});
