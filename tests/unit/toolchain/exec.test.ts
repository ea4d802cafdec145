import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const toolchain = resolve(__dirname, "../../../toolchain");

describe("exec", () => {
    let directory: string;
    let env: NodeJS.ProcessEnv;

    beforeEach(() => {
        directory = mkdtempSync(join(tmpdir(), "exec-"));
        env = {
            PATH: "/usr/bin:/bin",
            HOME: directory,
            XDG_CACHE_HOME: join(directory, "cache"),
            DOCKER_HOST: "unix:///e",
        };
    });

    afterEach(() => rmSync(directory, { recursive: true }));

    const node = (script: string, ...words: string[]) =>
        spawnSync(process.execPath, [join(toolchain, script), ...words], { env, encoding: "utf8" });

    /** `execute` itself, without the question whether everything is there. */
    const execute = (...words: string[]) => {
        const script = `
            import { execute } from ${JSON.stringify(join(toolchain, "exec.mjs"))};
            process.exitCode = await execute(${JSON.stringify(words[0])}, ${JSON.stringify(words.slice(1))});`;
        return spawn(process.execPath, ["--input-type=module", "-e", script], {
            env,
            stdio: ["ignore", "pipe", "inherit"],
        });
    };

    it("says what to do first on a machine that isn't ready, in one message", () => {
        const { status, stderr } = node("exec.mjs", "pulumi", "version");
        assert.equal(status, 1);
        assert.match(stderr, /Not ready yet: Pulumi, Pulumi's plugins.* missing\.\n {2}npm run bootstrap\n$/);
        assert.doesNotMatch(stderr, /\bat .*\.mjs/);
    });

    it("asks what to run", () => {
        assert.match(node("exec.mjs").stderr, /What to run\?/);
    });

    it("passes the exit code on", async () => {
        assert.deepEqual(await once(execute("sh", "-c", "exit 7"), "exit"), [7, null]);
    });

    it("passes a signal on, and says as a shell does that it ended the command", async () => {
        const child = execute("sh", "-c", "trap 'exit 9' TERM; echo ready; while :; do sleep 0.1; done");
        await once(child.stdout, "data");
        child.kill("SIGTERM");
        assert.deepEqual(await once(child, "exit"), [9, null]);
        const other = execute("sh", "-c", "kill -TERM $$");
        assert.deepEqual(await once(other, "exit"), [128 + 15, null]);
    });

    it("hands the project's own PULUMI_HOME to the command, and never the user's", async () => {
        mkdirSync(join(directory, ".pulumi"));
        const child = execute("sh", "-c", "echo $PULUMI_HOME $DOCKER_HOST $PULUMI_CONFIG_PASSPHRASE_FILE");
        const [output] = (await once(child.stdout, "data")) as [Buffer];
        const [home, engine, passphrase] = String(output).trim().split(" ");
        assert.ok(home.startsWith(join(directory, "cache")), home);
        assert.equal(engine, "unix:///e");
        assert.equal(passphrase, join(resolve(toolchain, ".."), ".pulumi", "passphrase"));
    });

    it("prefers the user's own Pulumi", async () => {
        const bin = join(directory, "bin");
        mkdirSync(bin);
        for (const name of ["pulumi", "pulumi-language-nodejs"]) {
            writeFileSync(join(bin, name), "#!/bin/sh\necho mine\n");
            chmodSync(join(bin, name), 0o755);
        }
        const { findPulumi } = await import("../../../toolchain/pulumi.mjs");
        assert.deepEqual(findPulumi({ PATH: bin }), { origin: "yours", executable: join(bin, "pulumi"), path: [] });
    });
});
