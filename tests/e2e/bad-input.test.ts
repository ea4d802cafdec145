import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openProject, type Project, Secret } from "../support/project";
import { sandboxOf } from "../support/sandbox";
import { withStack } from "../support/stack";

/** What Pulumi's CLI printed of its failure. */
async function refusal(operation: Promise<unknown>): Promise<string> {
    const error = await operation.then(
        () => assert.fail("It was accepted."),
        (reason: Error) => reason,
    );
    assert.doesNotMatch(error.message, /unhandled|TypeError|\n\s+at .*:\d+:\d+/);
    return error.message;
}

describe("bad input, at the real CLI", () => {
    let directory: string;
    before(async () => (directory = await mkdtemp(join(tmpdir(), "bad-input-"))));
    after(() => rm(directory, { recursive: true }));

    describe("in pulumi config", () => {
        let project: Project;
        // Looking at it once took 3.6 GB and 45 seconds of processor: it has to do with a tenth.
        before(async () => (project = await openProject({ NODE_OPTIONS: "--max-old-space-size=384" })));
        after(() => project.close());

        it("a number for a variable, the commonest mistake there is, is refused beside all else", async () => {
            const stack = await project.stack("typing", {
                machines: { db: { environment: { PORT: 5432 } } },
                ttl: "soon",
            });
            const said = await refusal(stack.preview());
            assert.match(said, /2 arguments are not as they should be; nothing was created:/);
            assert.match(said, /machines\.db\.environment\.PORT: "\(a number\)"; allowed: text, in quotes\./);
            assert.match(said, /ttl: "soon"; allowed: a number of hours, days or weeks/);
        });

        it("a folder that the host doesn't have is refused on preview", async () => {
            const folders = { "/srv": { hostPath: "/no/such" } };
            const stack = await project.stack("folder", { machines: { web: { folders } } });
            assert.match(
                await refusal(stack.preview()),
                /machines\.web\.folders\["\/srv"\]\.hostPath can't be combined with this host: it has no \/no\/such\./,
            );
        });

        it("a secret that no variable can have is refused on preview, and not shown", async () => {
            const environment = { TOKEN: new Secret("hunter2\u0007") };
            const stack = await project.stack("secret", { machines: { web: { environment } } });
            const said = await refusal(stack.preview());
            assert.match(said, /environment\.TOKEN: "\(not shown\)"; allowed: text without control characters/);
            assert.doesNotMatch(said, /hunter2/);
        });
    });

    describe("in a program", () => {
        it("is refused on preview, every value of it, and nothing is in the state", async () => {
            const script = join(directory, "windows.sh");
            await writeFile(script, "#!/bin/sh\r\necho hello\r\n");
            const machine = {
                provision: [{ script }],
                files: { "/var/run/app.pid": { content: "" } },
                devices: [{ hostPath: "/dev/../etc/passwd" }],
            };
            await withStack(sandboxOf({ web: machine }, { network: { external: ["host"] } }), async (stack) => {
                const said = await refusal(stack.preview());
                assert.match(said, /4 arguments are not as they should be; nothing was created:/);
                assert.match(said, /provision\[0\]\.script: ".*windows\.sh"; allowed: lines that end with LF/);
                assert.match(said, /files: "\/var\/run\/app\.pid"; allowed: a path that nothing is mounted over/);
                assert.match(said, /devices\[0\]\.hostPath: "\/dev\/\.\.\/etc\/passwd"; allowed: the absolute path/);
                assert.match(said, /network\.external\[0\]: "host"; allowed: a network that somebody made/);
                assert.doesNotMatch(await stack.state(), /docker:|command:/);
            });
        });

        it("is said with its argument where only the engine knows, and the next up goes on without it", async () => {
            await withStack(sandboxOf({ web: { devices: [{ hostPath: "/dev/nosuch" }] } }), async (stack) => {
                assert.match(
                    await stack.upFails(),
                    /web can't be started: .*\n\s+`devices` has \/dev\/nosuch, which is no device of the host/,
                );
                stack.program(sandboxOf({ web: { provision: [{ inline: "systemctl poweroff; sleep 60" }] } }));
                assert.match(
                    await stack.upFails(),
                    /provision\[0\] \(inline\) was not at its end when .* went down\.\n.*\n\s+The machine does not run any more/,
                );
            });
        });
    });
});
