import assert from "node:assert/strict";
import { join } from "node:path";
import { skip } from "../support/skip";
import { CHECKOUT } from "../support/stack";

/** The stand-ins' own tests, among them that every argument of the SDK is known, and what Go's own tools say of them. */
describe("stand-in plugins", function () {
    this.timeout("15m");

    for (const [name, tags] of [
        ["pulumi-resource-command", ""],
        ["pulumi-resource-docker", "no_compose"],
    ]) {
        it(name, async function () {
            const { findGo, readGoMod } = await import("../../toolchain/go.mjs");
            const { run } = await import("../../toolchain/child.mjs");
            const cwd = join(CHECKOUT, "toolchain/go", name);
            const go = await findGo(readGoMod(cwd).go, "the stand-ins are tested with it").catch((error: Error) =>
                skip(this, error.message),
            );
            // As they are built, so that all that is compiled already is used again.
            const env = { ...process.env, CGO_ENABLED: "0", GOFLAGS: `-trimpath -tags=${tags}` };
            const { stdout: root } = await run(go, ["env", "GOROOT"], { cwd, env });
            assert.deepEqual(await run(join(root.trim(), "bin", "gofmt"), ["-l", "."], { cwd, env }), {
                ok: true,
                stdout: "",
                stderr: "",
            });
            for (const words of [
                ["vet", "./..."],
                ["test", "./..."],
            ]) {
                const { ok, stdout, stderr } = await run(go, words, { cwd, env });
                assert.ok(ok, `go ${words.join(" ")}:\n${stderr}${stdout}`);
            }
        });
    }
});
