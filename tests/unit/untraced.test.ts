import assert from "node:assert/strict";
import { untraced } from "../../components/operations/untraced";

describe("what is made without stack traces", () => {
    const limit = Error.stackTraceLimit;

    it("has none, and everything afterwards has them again", () => {
        assert.equal(
            untraced(() => new Error("short").stack),
            "Error: short",
        );
        assert.equal(Error.stackTraceLimit, limit);
    });

    it("leaves them as they were where it can't be made", () => {
        assert.throws(
            () =>
                untraced(() => {
                    throw new Error("no");
                }),
            /no/,
        );
        assert.equal(Error.stackTraceLimit, limit);
    });
});
