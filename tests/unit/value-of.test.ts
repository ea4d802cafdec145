import * as pulumi from "@pulumi/pulumi";
import assert from "node:assert/strict";
import { valueOf } from "../support/recorded-sandbox";

describe("the value of an output in a test", () => {
    it("is there once all that it depends on is", async () => {
        assert.equal(await valueOf(pulumi.output(Promise.resolve(1)).apply((one) => one + 1)), 2);
    });

    it("is an error where an apply throws, and no test that waits", async () => {
        const refused = pulumi.output(1).apply(() => {
            throw new Error("refused");
        });
        await assert.rejects(valueOf(refused), /^Error: refused$/);
    });
});
