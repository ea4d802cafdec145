import * as pulumi from "@pulumi/pulumi";
import assert from "node:assert/strict";
import { resolved } from "../../components/operations/resolved";
import { environmentFile } from "../../components/machine/files/environment";
import { specOf } from "../support/machine";
import { accepts, machineProblems, refuses } from "../support/problems";

describe("the environment of services", () => {
    it("is a file that only root may read", () => {
        const found = specOf({ environment: { A: "1" } }).uploads.filter(({ rendered }) => rendered !== undefined);
        assert.deepEqual(
            found.map(({ file, permissions }) => [file, permissions]),
            [["/etc/systemd/machine-setup.environment", "0600"]],
        );
    });

    it("is no file where there is no variable", () => assert.deepEqual(specOf({ environment: {} }).uploads, []));

    it("keeps quotes, backslashes, dollars, percents and line breaks as they are", () => {
        assert.equal(environmentFile({ A: 'q"\\', B: "$HOME 100%\nnext" }), 'A="q\\"\\\\"\nB="$HOME 100%\nnext"\n');
    });

    it("stays secret where a value is", async () => {
        const environment = { A: "1", B: pulumi.secret("hunter2") };
        const [{ content }] = specOf({ environment })
            .uploads.filter(({ rendered }) => rendered !== undefined)
            .map(resolved);
        assert.equal(await pulumi.isSecret(content as pulumi.Output<string>), true);
    });

    refuses({
        "a name with a dash": [
            machineProblems({ environment: { "A-B": "1" } }),
            /environment: "A-B"; allowed: names of letters, digits and underscores/,
        ],
        "a control character, without showing the value": [
            machineProblems({ environment: { A: "hunter2\u0007" } }),
            /environment\.A: "\(not shown\)"; allowed: text without control characters/,
        ],
    });
    accepts({ "tabs and line breaks": machineProblems({ environment: { A: "a\tb\nc" } }) });
});
