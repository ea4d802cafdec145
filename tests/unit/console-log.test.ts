import assert from "node:assert/strict";
import { containerOf, specOf } from "../support/machine";

describe("what the host keeps of a machine's console", () => {
    it("is bounded by default, and in two files, so that some of it is always there", async () => {
        assert.equal(specOf({}).consoleLogBytes, 10 * 2 ** 20);
        assert.deepEqual((await containerOf({})).logOpts, { "max-size": "5242880", "max-file": "2" });
    });

    it("is left to drivers that keep no files, and know no such options", async () => {
        for (const loggingDriver of ["journald", "syslog", "none", ""]) {
            assert.equal((await containerOf({}, { facts: { loggingDriver } })).logOpts, undefined);
        }
    });
});
