import { readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { lastLines, run, which } from "./child.mjs";
import { Problem } from "./problem.mjs";

/**
 * What a go.mod says about the program that is built from it.
 *
 * @param {string} directory
 * @returns {{ go: string, tool: string | undefined, version: string }} the Go version it needs, the package of a tool
 *     and the version of the module that has it
 */
export function readGoMod(directory) {
    const text = readFileSync(join(directory, "go.mod"), "utf8");
    const [, go = ""] = /^go (\S+)$/m.exec(text) ?? [];
    const [, tool] = /^tool (\S+)$/m.exec(text) ?? [];
    const [, version = ""] = /^require \S+ (v\S+)$/m.exec(text) ?? [];
    return { go, tool, version };
}

/**
 * Finds a Go that is new enough, or says how to come by one.
 *
 * @param {string} needed
 * @param {string} purpose what it is needed for, and how else that can be had
 */
export async function findGo(needed, purpose, env = process.env) {
    const go = which("go", { PATH: `${env["PATH"] ?? ""}:/usr/local/go/bin` });
    const [, version] = /go version go(\S+)/.exec(go ? (await run(go, ["version"], { env })).stdout : "") ?? [];
    if (go !== undefined && version !== undefined && isAtLeast(version, needed)) {
        return go;
    }
    throw new Problem(
        `${version === undefined ? "Go is missing" : `Go ${version} (${go}) is too old`}; ${purpose}`,
        `Install Go ${needed} or newer (https://go.dev/doc/install) and put it on PATH, then run this again.`,
        "On Debian, as root: apt-get install golang-go, where `apt-cache policy golang-go` offers such a version.",
    );
}

/**
 * @param {string} version
 * @param {string} needed
 */
export function isAtLeast(version, needed) {
    const [have, want] = [version, needed].map((text) =>
        text
            .replace(/^v/, "")
            .split(/[.\-+]/)
            .map(Number),
    );
    for (const [i, part] of (want ?? []).entries()) {
        const own = have?.[i] || 0;
        if (own !== part) {
            return own > part;
        }
    }
    return true;
}

/**
 * Compiles one program. Go's own caches are what makes it go on where it was killed.
 *
 * @param {string} go
 * @param {{ directory: string, package: string, output: string, variable: string, version: string, tags?: string[] | undefined }} program
 * @param {(activity: string) => void} progress
 */
export async function build(go, program, progress) {
    let compiled = 0;
    progress("compiling");
    const ended = await run(
        go,
        [
            ...["build", "-v", "-mod=readonly", "-trimpath", `-tags=${(program.tags ?? []).join()}`],
            ...["-ldflags", `-s -w -X ${program.variable}=${program.version}`],
            ...["-o", program.output, program.package],
        ],
        {
            cwd: program.directory,
            // The user's own settings must not change what is built; CGO would need a C compiler.
            env: { ...process.env, GOFLAGS: "", GOWORK: "off", GOTOOLCHAIN: "local", CGO_ENABLED: "0" },
            onLine: (line) => {
                const downloading = line.startsWith("go: ");
                compiled += downloading ? 0 : 1;
                progress(downloading ? line.slice("go: ".length) : `compiling package ${compiled}: ${line}`);
            },
        },
    );
    if (!ended.ok) {
        throw new Problem(
            `Building ${program.package} failed:`,
            lastLines({ ...ended, stderr: ended.stderr.replace(/^go: downloading.*\n/gm, "") }),
            "If modules can't be downloaded: `go env GOPROXY` says where from. What is built so far is kept.",
        );
    }
}
