import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";

const toolchain = resolve(__dirname, "../../../toolchain");

describe("Pulumi plugins", () => {
    let directory: string;
    let usersHome: string;
    let env: NodeJS.ProcessEnv;

    beforeEach(() => {
        directory = realpathSync(mkdtempSync(join(tmpdir(), "plugins-")));
        usersHome = join(directory, ".pulumi");
        // Without Pulumi nothing is downloaded, and without Go nothing is built: what the tests put there is all there is.
        env = { PATH: "/nowhere", HOME: directory, XDG_CACHE_HOME: join(directory, "cache") };
        for (const { executable } of list()) {
            executableAt(executable);
        }
    });

    afterEach(() => rmSync(directory, { recursive: true }));

    /** Evaluates an expression of the toolchain as a user of that home would. */
    function evaluate<T>(expression: string): T {
        const script = `
            const { pulumiHome } = await import(${JSON.stringify(join(toolchain, "home.mjs"))});
            const parts = await import(${JSON.stringify(join(toolchain, "parts.mjs"))});
            const { plugins } = await import(${JSON.stringify(join(toolchain, "plugins.mjs"))});
            console.log(JSON.stringify((await (${expression})) ?? null));`;
        const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", script], {
            env,
            encoding: "utf8",
        });
        assert.equal(stderr, "");
        return JSON.parse(stdout) as T;
    }

    const list = () => evaluate<{ name: string; version: string; executable: string }[]>("parts.plugins");
    const found = () => evaluate<string | null>("plugins.found()");
    const make = () => evaluate<string>("plugins.make(() => {})");

    function executableAt(path: string): string {
        mkdirSync(dirname(path), { recursive: true });
        writeFileSync(path, "", { mode: 0o755 });
        return path;
    }

    /** The user installs the official docker plugin. */
    const install = (home = usersHome, version = "5.2.0") =>
        executableAt(join(home, `plugins/resource-docker-v${version}/pulumi-resource-docker`));

    /** What Pulumi starts as the docker plugin. */
    const started = () =>
        realpathSync(join(evaluate<string>("pulumiHome"), "plugins/resource-docker-v5.2.0/pulumi-resource-docker"));

    const standIn = () => list().find(({ name }) => name === "pulumi-resource-docker")?.executable;

    it("are stand-ins where no official ones are to be had", () => {
        assert.equal(found(), null);
        assert.equal(
            make(),
            "docker 5.2.0 (stand-in, built from Go modules), command 1.2.1 (stand-in, built from Go modules)",
        );
        assert.equal(found(), "docker 5.2.0 (stand-in), command 1.2.1 (stand-in)");
        assert.equal(started(), standIn());
    });

    it("of the user win, also over a stand-in of earlier; those of another version don't", () => {
        make();
        install(usersHome, "5.1.0");
        assert.equal(found(), "docker 5.2.0 (stand-in), command 1.2.1 (stand-in)");
        const official = install();
        assert.equal(found(), null);
        assert.equal(make(), "docker 5.2.0 (your own)");
        assert.equal(found(), "docker 5.2.0, command 1.2.1 (stand-in)");
        assert.equal(started(), official);
    });

    it("of the user that have gone are stood in for again", () => {
        install();
        make();
        rmSync(usersHome, { recursive: true });
        assert.equal(found(), null);
        make();
        assert.equal(started(), standIn());
    });

    it("of the user are looked for in a PULUMI_HOME of theirs, but not in the project's own", () => {
        make();
        const elsewhere = join(directory, "elsewhere");
        env.PULUMI_HOME = elsewhere;
        const official = install(elsewhere);
        assert.equal(found(), null);
        make();
        assert.equal(started(), official);
        rmSync(elsewhere, { recursive: true });
        make();

        env.PULUMI_HOME = evaluate<string>("pulumiHome");
        assert.equal(found(), "docker 5.2.0 (stand-in), command 1.2.1 (stand-in)");
        const usual = install();
        make();
        assert.equal(started(), usual);
    });

    it("that Pulumi itself installed over a stand-in stay", () => {
        make();
        install();
        const home = evaluate<string>("pulumiHome");
        rmSync(join(home, "plugins/resource-docker-v5.2.0"), { recursive: true });
        const downloaded = install(home);
        assert.equal(found(), "docker 5.2.0, command 1.2.1 (stand-in)");
        assert.equal(started(), downloaded);
    });
});
