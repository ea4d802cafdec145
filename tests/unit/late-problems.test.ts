import * as pulumi from "@pulumi/pulumi";
import assert from "node:assert/strict";
import { lateProblems } from "../../components/operations/late-problems";
import { describeProblems } from "../../components/rules/problem";
import { valueOf } from "../support/recorded-sandbox";

const late = (args: object) => lateProblems({ sandbox: "alice", machine: "web" }, args);

describe("a value that is known late", () => {
    const refused: Record<string, readonly [args: object, said: RegExp]> = {
        "a variable's secret of 200 KiB": [
            { environment: { A: pulumi.secret("x".repeat(200 * 1024)) } },
            /^ {2}environment\.A: "204802 bytes"; allowed: at most 131064 bytes/m,
        ],
        "a variable's secret with a control character": [
            { environment: { A: pulumi.secret("hunter2\u0007") } },
            /^ {2}environment\.A: "\(not shown\)"; allowed: text without control characters/m,
        ],
        "a variable's output that is a number": [
            { environment: { PORT: pulumi.output(5432) } },
            /^ {2}environment\.PORT: "\(a number\)"; allowed: text, in quotes\.$/m,
        ],
        "a file's secret that isn't Base64": [
            { files: { "/a": { contentBase64: pulumi.secret("hunter2!") } } },
            /^ {2}files\["\/a"\]\.contentBase64: "\(not shown\)"; allowed: Base64/m,
        ],
    };
    for (const [what, [args, said]] of Object.entries(refused)) {
        it(`is refused as any other, and not shown: ${what}`, async () => {
            const problems = late(args);
            assert.equal(await pulumi.isSecret(problems), false);
            const text = describeProblems(await valueOf(problems));
            assert.match(text, said);
            assert.match(text, /^1 argument is/);
            assert.doesNotMatch(text, /hunter2/);
        });
    }

    it("is what it should be, otherwise", async () => {
        const environment = { A: pulumi.secret("hunter2"), B: pulumi.output("1"), C: "2" };
        assert.deepEqual(await valueOf(late({ environment, provision: [{ inline: "true" }] })), []);
    });
});
