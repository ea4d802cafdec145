import { local, remote, types } from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import type { PulumiFn } from "@pulumi/pulumi/automation";
import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { complaint as complaintOf } from "../support/complaint";
import { openStack, program, type TestStack, withStack } from "../support/stack";
import { onlyOfStandIn } from "../support/stand-in";
import { needsSshd, type Sshd, startSshd } from "../support/sshd";

const nothing = program(() => ({}));

/** What the state says of a secret value. */
interface Secret {
    "4dabf18193072939515e22adb298388d": string;
}

const isSecret = (value: Secret) => value["4dabf18193072939515e22adb298388d"] === "1b47061264138c4ac30d75fd1eb44270";

interface CommandState {
    type: string;
    inputs: { environment: { TOKEN: Secret }; stdin: Secret; connection: Secret };
    outputs: CommandState["inputs"];
}

/** What the state says of the command. */
function commandIn(state: string): CommandState {
    const { deployment } = JSON.parse(state) as { deployment: { resources: CommandState[] } };
    const found = deployment.resources.find(({ type }) => type.startsWith("command:"));
    assert.ok(found, "there is no command in the state");
    return found;
}

/** Whatever plugin answers to @pulumi/command here, ours or the official one, has to behave like this. */
describe("command plugin", () => {
    let directory: string;
    let journal: string;

    beforeEach(() => {
        directory = mkdtempSync(join(tmpdir(), "command-plugin-"));
        journal = join(directory, "journal");
    });

    afterEach(() => rmSync(directory, { recursive: true }));

    /** The command's error in what `up` says. */
    const complaint = (message: string) => complaintOf("command:(?:local|remote):Command", message);

    /** What the commands noted, in their order. */
    const notes = () => (existsSync(journal) ? readFileSync(journal, "utf8").trim().split("\n") : []);

    const command = (args: local.CommandArgs) => program(() => ({ stdout: new local.Command("it", args).stdout }));

    describe("local.Command", () => {
        let stack: TestStack;

        beforeEach(async () => (stack = await openStack(nothing)));
        afterEach(() => stack.close());

        async function up(args: local.CommandArgs): Promise<{ stdout: unknown; log: string }> {
            stack.program(command(args));
            const { outputs, stdout } = await stack.up();
            return { stdout: outputs.stdout.value, log: stdout.split("\nOutputs:")[0] };
        }

        it("lives: create, nothing, update, delete, each seeing what the last one wrote", async () => {
            const args: local.CommandArgs = {
                create: `echo created | tee -a ${journal}; echo careful >&2`,
                update: `echo "updated, was $PULUMI_COMMAND_STDOUT, $PULUMI_COMMAND_STDERR" | tee -a ${journal}`,
                delete: `echo "deleted, was $PULUMI_COMMAND_STDOUT" >> ${journal}`,
            };
            assert.equal((await up({ ...args, environment: { ROUND: "1" } })).stdout, "created");
            assert.deepEqual(await stack.preview(), { same: 2 });
            await up({ ...args, environment: { ROUND: "1" } });
            await up({ ...args, environment: { ROUND: "2" } });
            await stack.destroy();
            assert.deepEqual(notes(), [
                "created",
                "updated, was created, careful",
                "deleted, was updated, was created, careful",
            ]);
        });

        it("runs create again for changed inputs where there is no update", async () => {
            await up({ create: `echo one >> ${journal}` });
            await up({ create: `echo two >> ${journal}` });
            assert.deepEqual(notes(), ["one", "two"]);
        });

        it("is replaced for changed triggers: the new one is created before the old one is deleted", async () => {
            const args = { create: `echo create >> ${journal}`, update: "false", delete: `echo delete >> ${journal}` };
            await up({ ...args, triggers: ["a", 1] });
            stack.program(command({ ...args, triggers: ["a", 2] }));
            assert.deepEqual(await stack.preview(), { replace: 1, same: 1 });
            await stack.up();
            assert.deepEqual(notes(), ["create", "create", "delete"]);
        });

        it("is not told what was written before where that is not wanted", async () => {
            const create = 'echo "before: ${PULUMI_COMMAND_STDOUT-nothing}"';
            await up({ create, addPreviousOutputInEnv: false, stdin: "1" });
            const { stdout } = await up({ create, addPreviousOutputInEnv: false, stdin: "2" });
            assert.equal(stdout, "before: nothing");
        });

        it("can't be started when what was written before is too long for the environment", async () => {
            await up({ create: "head -c 200000 /dev/zero | tr '\\0' x", logging: "none" });
            stack.program(command({ create: "true" }));
            assert.equal(
                complaint(await stack.upFails()),
                'fork/exec /bin/sh: argument list too long: running "true":',
            );
        });

        it("leaves nothing behind when its create fails, and shows itself and all that it wrote", async () => {
            const create = "echo noise\nsleep 0.2; seq 1 30 | sed 's/^/complaint /' >&2; exit 3";
            stack.program(command({ create }));
            const written = ["noise", ...Array.from({ length: 30 }, (_, i) => `complaint ${i + 1}`)];
            assert.equal(
                complaint(await stack.upFails()),
                [`exit status 3: running ${JSON.stringify(create)}:`, ...written].join("\n"),
            );
            assert.doesNotMatch(await stack.state(), /command:local:Command/);
        });

        it("keeps its state when its update fails, and tries again", async () => {
            await up({ create: `echo create >> ${journal}` });
            const update = `echo update >> ${journal}; test -e ${directory}/mended`;
            stack.program(command({ create: "true", update }));
            assert.match(complaint(await stack.upFails()), /^exit status 1: running "echo update [^\n]*":$/);
            writeFileSync(join(directory, "mended"), "");
            await stack.up();
            assert.deepEqual(notes(), ["create", "update", "update"]);
        });

        it("does not run on preview, neither create nor update nor delete", async () => {
            const note = (step: string) => `echo ${step} >> ${journal}`;
            const args = { create: note("create"), update: note("update"), delete: note("delete") };
            stack.program(command(args));
            await stack.preview();
            assert.deepEqual(notes(), []);
            await stack.up();
            stack.program(command({ ...args, stdin: "changed" }));
            assert.deepEqual(await stack.preview(), { same: 1, update: 1 });
            stack.program(nothing);
            await stack.preview();
            assert.deepEqual(notes(), ["create"]);
        });

        it("reads stdin and environment, works in its dir, and is started by its interpreter", async () => {
            mkdirSync(join(directory, "there"));
            const { stdout } = await up({
                create: "print scalar <STDIN>, qx(pwd), $ENV{GREETING}, $ENV{PATH} ? q(, inherits) : q()",
                interpreter: ["perl", "-e"],
                stdin: "first\n",
                environment: { GREETING: "hello" },
                dir: join(directory, "there"),
            });
            assert.equal(stdout, `first\n${join(directory, "there")}\nhello, inherits`);
        });

        it("shows its output line by line, but for what logging leaves out", async () => {
            const create = "echo 'to stdout'; echo 'to stderr' >&2";
            const shown = {
                stdout: [true, false],
                stderr: [false, true],
                stdoutAndStderr: [true, true],
                none: [false, false],
            };
            for (const [logging, expected] of Object.entries(shown)) {
                // The command itself must not be what is found.
                const { stdout, log } = await up({
                    create: create.replaceAll("to ", `${logging}: `),
                    logging: logging as local.Logging,
                });
                assert.equal(stdout, `${logging}: stdout`);
                assert.deepEqual([log.includes(`${logging}: stdout`), log.includes(`${logging}: stderr`)], expected);
            }
        });

        it("keeps its state when its delete fails, and tries again", async () => {
            await up({ create: "true", delete: `echo stuck; test -e ${directory}/mended` });
            stack.program(nothing);
            assert.match(complaint(await stack.upFails()), /^exit status 1: running "echo stuck[^\n]*":\nstuck$/);
            assert.match(await stack.state(), /command:local:Command/);
            writeFileSync(join(directory, "mended"), "");
            await stack.up();
            assert.doesNotMatch(await stack.state(), /command:local:Command/);
        });

        it("keeps secret inputs secret", async () => {
            const secrets = { environment: { TOKEN: pulumi.secret("sesame") }, stdin: pulumi.secret("seed") };
            await up({ create: 'test "$TOKEN-$(cat)" = sesame-seed', ...secrets });
            const { inputs, outputs } = commandIn(await stack.state());
            for (const { environment, stdin } of [inputs, outputs]) {
                assert.deepEqual([isSecret(environment.TOKEN), isSecret(stdin)], [true, true]);
            }
            assert.deepEqual(await stack.preview(), { same: 2 });
        });

        it("shows nothing for another word of logging, and can't start in a directory that isn't there", async () => {
            const { stdout, log } = await up({ create: "echo 'out here'", logging: "everything" as local.Logging });
            assert.deepEqual([stdout, log.includes("out here")], ["out here", false]);
            const dir = join(directory, "nowhere");
            stack.program(command({ create: "true", dir }));
            assert.equal(complaint(await stack.upFails()), `chdir ${dir}: no such file or directory: running "true":`);
        });

        it("refuses to return files, as a stand-in", async function () {
            await onlyOfStandIn(this, "command");
            for (const argument of ["assetPaths", "archivePaths"]) {
                stack.program(command({ create: "true", [argument]: ["*.txt"] }));
                assert.match(await stack.previewFails(), new RegExp(`Unrecognized field '${argument}'`));
            }
        });
    });

    it("local.run runs on preview too, and fails with what the command said", async () => {
        const run = (command: string) => async () => ({ said: (await local.run({ command, stdin: "in" })).stdout });
        await withStack(run(`cat; echo ran >> ${journal}`), async (stack) => {
            await stack.preview();
            assert.deepEqual(notes(), ["ran"]);
            assert.equal((await stack.up()).outputs.said.value, "in");
            stack.program(run("echo 'not like this' >&2; exit 4"));
            assert.match(
                await stack.previewFails(),
                /exit status 4: running "echo 'not like this' >&2; exit 4":\s+not like this\n/,
            );
        });
    });

    describe("remote.Command", () => {
        let sshd: Sshd;

        before("start an sshd", async function () {
            await needsSshd(this);
            sshd = await startSshd({}, ["AcceptEnv GREETING PULUMI_COMMAND_*"]);
        });

        after(() => sshd?.stop());

        const over = (
            connection: Partial<types.input.remote.ConnectionArgs>,
            args: Omit<remote.CommandArgs, "connection">,
        ): PulumiFn =>
            program(() => ({
                stdout: new remote.Command("it", { connection: { ...sshd.connection, ...connection }, ...args }).stdout,
            }));

        it("lives: create, nothing, update, delete", async () => {
            const args = {
                create: 'read line; echo "$GREETING $line"',
                update: 'echo "was $PULUMI_COMMAND_STDOUT"',
                delete: `echo "deleted, was $PULUMI_COMMAND_STDOUT" >> ${journal}`,
                environment: { GREETING: "hello" },
            };
            await withStack(over({}, { ...args, stdin: "world\n" }), async (stack) => {
                assert.equal((await stack.up()).outputs.stdout.value, "hello world");
                assert.deepEqual(await stack.preview(), { same: 2 });
                const { inputs, outputs } = commandIn(await stack.state());
                assert.deepEqual([isSecret(inputs.connection), isSecret(outputs.connection)], [true, true]);
                stack.program(over({}, { ...args, stdin: "moon\n" }));
                assert.equal((await stack.up()).outputs.stdout.value, "was hello world");
                await stack.destroy();
                assert.deepEqual(notes(), ["deleted, was was hello world"]);
            });
        });

        it("goes through a proxy, and trusts only the expected host keys", async () => {
            const { hostKey } = sshd;
            const proxy = { ...sshd.connection, hostKey };
            await withStack(over({ hostKey, proxy }, { create: 'echo "$SSH_CONNECTION"' }), async (stack) => {
                assert.match(
                    (await stack.up()).outputs.stdout.value as string,
                    new RegExp(` ${sshd.connection.port}$`),
                );
                stack.program(over({ hostKey: sshd.otherKey, dialErrorLimit: 1 }, { create: "echo never" }));
                assert.match(complaint(await stack.upFails()), /^after 1 failed attempts: .*host key mismatch$/);
            });
        });

        it("says what failed: the command, the login, the dialling, a variable that the server refuses", async () => {
            await withStack(over({}, { create: "echo 'not like this' >&2; exit 5" }), async (stack) => {
                assert.equal(
                    complaint(await stack.upFails()),
                    `Process exited with status 5: running "echo 'not like this' >&2; exit 5":\nnot like this`,
                );
                stack.program(over({ user: "nobody", dialErrorLimit: 0 }, { create: "true" }));
                assert.match(complaint(await stack.upFails()), /^after 0 failed attempts: .*unable to authenticate/);
                stack.program(over({ port: 1, dialErrorLimit: 1 }, { create: "true" }));
                const refused = await stack.upFails();
                assert.match(refused, /Dial 1\/1 failed: retrying\n/);
                assert.match(complaint(refused), /^after 1 failed attempts: .*connection refused$/);
                stack.program(over({}, { create: "true", environment: { REFUSED: "1" } }));
                assert.match(await stack.upFails(), /error: could not set environment variable "REFUSED": /);
            });
        });
    });
});
