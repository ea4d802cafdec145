import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { DEFAULT_DISTRIBUTION, DISTRIBUTIONS } from "../../../components/distribution/distributions";

describe("a step of the bootstrap", () => {
    const run = async (found: string | undefined, make: () => Promise<string>) => {
        const { run } = await import("../../../toolchain/step.mjs");
        const lines: string[] = [];
        const step = { name: "Thing", why: "it is wanted", found: () => Promise.resolve(found), make };
        return { lines, ended: run(step, (line) => lines.push(line.replace(/[\d.]+ s/, "N s"))) };
    };

    it("is one line where there is nothing to do", async () => {
        const { lines, ended } = await run("here", () => assert.fail("nothing was to be made"));
        await ended;
        assert.deepEqual(lines, ["✓ Thing: here (N s)"]);
    });

    it("says why it makes what is missing, and how long that took", async () => {
        const { lines, ended } = await run(undefined, () => Promise.resolve("made"));
        await ended;
        assert.deepEqual(lines, ["• Thing: it is wanted", "✓ Thing: made (N s)"]);
    });

    it("shows what a program says, and the terminal obeys none of it", async () => {
        const { lines, ended } = await run("20.10 \x1b[2J\x9b\u202e", () => assert.fail("nothing was to be made"));
        await ended;
        assert.deepEqual(lines, ["✓ Thing: 20.10 \\u{1b}[2J\\u{9b}\\u{202e} (N s)"]);
    });

    it("passes a failure on", async () => {
        const { ended } = await run(undefined, () => Promise.reject(new Error("no")));
        await assert.rejects(ended, /^Error: no$/);
    });
});

describe("a download", () => {
    const patience = () => import("../../../toolchain/patience.mjs");
    const limits = { first: 400, stall: 800 };
    /** Ends by itself after a time, or when it is told to. */
    const download = (milliseconds: number) => (signal: AbortSignal) =>
        sleep(milliseconds, "arrived", { signal }).catch(() => "ended");

    it("is given up where nothing arrives", async () => {
        const { patiently } = await patience();
        assert.equal(await patiently(download(60_000), () => 0, limits), undefined);
    });

    it("is not given up as long as something arrives", async function () {
        this.timeout("30s"); // it waits for real seconds
        const { patiently } = await patience();
        assert.equal(await patiently(download(1_500), () => Date.now(), limits), "arrived");
    });
});

describe("npm packages", () => {
    it("match the lock file, optional ones for other platforms aside", async () => {
        const { matches } = await import("../../../toolchain/dependencies.mjs");
        const wanted = { "": {}, a: { version: "1.0.0" }, b: { version: "2.0.0", optional: true } };
        assert.equal(matches(wanted, { a: { version: "1.0.0" } }), true);
        assert.equal(matches(wanted, { a: { version: "1.0.0" }, b: { version: "2.0.0" } }), true);
        assert.equal(matches(wanted, { a: { version: "1.0.0" }, b: { version: "1.9.0" } }), false);
        assert.equal(matches(wanted, { a: { version: "1.0.1" } }), false);
        assert.equal(matches(wanted, {}), false);
    });
});

describe("Go", () => {
    let directory: string;

    beforeEach(() => (directory = mkdtempSync(join(tmpdir(), "go-"))));
    afterEach(() => rmSync(directory, { recursive: true }));

    function fakeGo(version: string): void {
        writeFileSync(join(directory, "go"), `#!/bin/sh\necho go version go${version} linux/amd64\n`);
        chmodSync(join(directory, "go"), 0o755);
    }

    const find = async (needed: string) =>
        (await import("../../../toolchain/go.mjs")).findGo(needed, "it builds the thing.", { PATH: directory });

    it("is taken where it is new enough", async () => {
        fakeGo("1.26.8");
        assert.equal(await find("1.25.11"), join(directory, "go"));
    });

    it("that is too old is named, with what is needed", async () => {
        fakeGo("1.19.8");
        await assert.rejects(
            find("1.25.11"),
            /Go 1\.19\.8 .* too old; it builds the thing\.\n {2}Install Go 1\.25\.11 or newer/,
        );
    });

    it("is given up where it takes too long, with all that it has started", async function () {
        this.timeout("30s"); // it waits for real seconds
        const { build } = await import("../../../toolchain/go.mjs");
        const go = join(directory, "go");
        writeFileSync(go, "#!/bin/sh\nsleep 60 &\nwait\n");
        chmodSync(go, 0o755);
        const program = {
            directory,
            package: "./thing",
            output: join(directory, "thing"),
            variable: "v",
            version: "1",
        };
        const started = Date.now();
        await assert.rejects(
            build(go, program, () => {}, AbortSignal.timeout(300)),
            { name: "TimeoutError" },
        );
        // What still runs holds our end of its output.
        assert.ok(Date.now() - started < 30_000);
    });

    it("compares versions as numbers", async () => {
        const { isAtLeast } = await import("../../../toolchain/go.mjs");
        assert.equal(isAtLeast("v3.256.0", "3.200.0"), true);
        assert.equal(isAtLeast("3.99.1", "3.200.0"), false);
        assert.equal(isAtLeast("1.26", "1.25.11"), true);
        assert.equal(isAtLeast("1.25", "1.25.11"), false);
        assert.equal(isAtLeast("1.25.11-X:foo", "1.25.11"), true);
    });
});

describe("a Pulumi on PATH", () => {
    it("that is too old is never replaced: the message says which one it is, and the two ways out", async () => {
        const { pulumi } = await import("../../../toolchain/pulumi.mjs");
        const directory = mkdtempSync(join(tmpdir(), "pulumi-"));
        const before = process.env.PATH;
        try {
            process.env.PATH = `${directory}:${before}`;
            for (const name of ["pulumi", "pulumi-language-nodejs"]) {
                writeFileSync(join(directory, name), "#!/bin/sh\necho v3.50.1\n", { mode: 0o755 });
            }
            await assert.rejects(
                pulumi.found(),
                /Pulumi v3\.50\.1 \(.*\) is older than [^]*Upgrade it.* or take it off PATH/,
            );
        } finally {
            process.env.PATH = before;
            rmSync(directory, { recursive: true });
        }
    });
});

describe("the stack's configuration", () => {
    const configured = async (key: string, text: string) =>
        (await import("../../../toolchain/stack-config.mjs")).configured(key, text);

    it("is read as Pulumi writes it", async () => {
        const text = [
            "encryptionsalt: v1:x",
            "config:",
            "  pulumi-centos-systemd:baseImage: localhost/debian:12",
            '  pulumi-centos-systemd:webPort: "8081"',
            "",
        ].join("\n");
        assert.equal(await configured("baseImage", text), "localhost/debian:12");
        assert.equal(await configured("webPort", text), "8081");
        assert.equal(await configured("distribution", text), undefined);
        assert.equal(await configured("distribution", ""), undefined);
    });

    it("is read as a person may write it", async () => {
        const text = [
            "config: # mine",
            "  # pulumi-centos-systemd:baseImage: commented/out:1",
            "  'pulumi-centos-systemd:distribution': >-",
            "    debian-13",
            "  pulumi-centos-systemd:webPort: 8081 # a number",
            "  pulumi-centos-systemd:base:",
            "  other:baseImage: another/project:1",
        ].join("\n");
        assert.equal(await configured("baseImage", text), undefined);
        assert.equal(await configured("distribution", text), "debian-13");
        assert.equal(await configured("webPort", text), "8081");
        assert.equal(await configured("base", text), undefined);
    });

    it("that is broken is a problem of that file", async () => {
        await assert.rejects(
            configured("base", "config: [\n"),
            /^Error: stacks\/Pulumi\.dev\.yaml is no YAML: .*\n {2}Mend/,
        );
    });
});

describe("the base image", () => {
    it("is by default what the components have by default", async () => {
        const { defaultImage } = await import("../../../toolchain/base-image.mjs");
        assert.equal(defaultImage(), DISTRIBUTIONS[DEFAULT_DISTRIBUTION].baseImage);
    });

    it("stands in under a distribution that the components know, with CentOS Stream 9's systemd", async () => {
        const { debian, fallback } = await import("../../../toolchain/base-image.mjs");
        for (const release of ["bullseye", "bookworm", "trixie", "sid"] as const) {
            assert.ok(debian(release).distribution in DISTRIBUTIONS, release);
        }
        assert.equal(DISTRIBUTIONS[fallback.distribution].systemdVersion, 252);
    });

    it("is a row of the same table that the components have", () => {
        const table: unknown = JSON.parse(readFileSync("components/distribution/table.json", "utf8"));
        assert.deepEqual(table, { usual: DEFAULT_DISTRIBUTION, distributions: DISTRIBUTIONS });
    });
});
