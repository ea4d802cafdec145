import * as pulumi from "@pulumi/pulumi";
import assert from "node:assert/strict";
import { environmentFile, environmentUploads } from "../../components/machine/environment";
import { accepts, machineProblems, refuses } from "../support/problems";

describe("the environment of services", () => {
    it("is a file that only root may read", () => {
        const [{ file, permissions }, ...others] = environmentUploads({ A: "1" });
        assert.deepEqual([file, permissions, others.length], ["/etc/systemd/machine-setup.environment", "0600", 0]);
    });

    it("is no file where there is no variable", () => assert.deepEqual(environmentUploads({}), []));

    it("keeps quotes, backslashes, dollars, percents and line breaks as they are", () => {
        assert.equal(environmentFile({ A: 'q"\\', B: "$HOME 100%\nnext" }), 'A="q\\"\\\\"\nB="$HOME 100%\nnext"\n');
    });

    it("stays secret where a value is", async () => {
        const [{ content }] = environmentUploads({ A: "1", B: pulumi.secret("hunter2") });
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
