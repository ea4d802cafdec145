import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";

describe("npm run lint", () => {
    let directory: string;

    beforeEach(() => (directory = mkdtempSync(join(tmpdir(), "lint-"))));
    afterEach(() => rmSync(directory, { recursive: true }));

    it("finds shell scripts by their name or first line, and which of them say for what shell they are", async () => {
        const { shellScripts } = await import("../../../toolchain/shellcheck.mjs");
        const files = {
            "one.sh": "echo",
            "bash.sh": "#!/usr/bin/env bash\necho",
            "fragment.sh": "# Goes before another.\n# shellcheck shell=bash\necho",
            "deep/er/script": "#!/bin/sh -eu\necho",
            "not-one": "echo #!/bin/sh",
            "node.mjs": "#!/usr/bin/env node\n",
            python: "#!/usr/bin/python3\n",
            empty: "",
            "node_modules/theirs.sh": "echo",
        };
        for (const [name, text] of Object.entries(files)) {
            mkdirSync(join(directory, name, ".."), { recursive: true });
            writeFileSync(join(directory, name), text);
        }
        const found = shellScripts(directory).map(({ path, dialect }) => [relative(directory, path), dialect]);
        assert.deepEqual(Object.fromEntries(found), {
            "bash.sh": true,
            "deep/er/script": true,
            "fragment.sh": true,
            "one.sh": false,
        });
    });

    it("takes several commands for good only where all went well, and keeps what each said", async () => {
        const { together } = await import("../../../toolchain/child.mjs");
        const good = { ok: true, stdout: "a\n", stderr: "b\n" };
        assert.deepEqual(together([good, good]), { ok: true, stdout: "a\na\n", stderr: "b\nb\n" });
        assert.deepEqual(together([good, { ...good, ok: false }]), { ok: false, stdout: "a\na\n", stderr: "b\nb\n" });
        assert.equal(together([]).ok, true);
    });
});
