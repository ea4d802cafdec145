import { readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { lastLines, run, which } from "./child.mjs";
import { parseJson } from "./json.mjs";
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
 * The user's own settings must not change what is built; CGO would need a C compiler. GOGC: large packages are compiled
 * with a fifth less work, and without what a debugger reads in no more memory than by default.
 */
export const environment = () => ({
    ...process.env,
    GOFLAGS: "",
    GOWORK: "off",
    GOTOOLCHAIN: "local",
    CGO_ENABLED: "0",
    GOGC: "200",
});

/** What speaks with clouds: upstream has no switch to leave it out, but nobody here waits for it. */
const idle = [
    "cloud.google.com",
    "github.com/Azure",
    "github.com/aws",
    "github.com/envoyproxy",
    "github.com/pb33f",
    "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi/cloud",
    "k8s.io",
];

/**
 * How everything is compiled: without what only a debugger reads, and what is idle without inlining, which takes nearly
 * half the time.
 *
 * @param {string[]} tags
 */
export const options = (tags = []) => [
    ...["-mod=readonly", "-trimpath", `-tags=${tags.join()}`],
    "-gcflags=all=-dwarf=false",
    ...idle.map((path) => `-gcflags=${path}/...=-dwarf=false -l`),
];

/**
 * Fetches the modules that a program needs, where that can be done beside something else. It may fail: the build says why.
 *
 * @param {string} go
 * @param {{ directory: string, package: string, tags?: string[] | undefined }} program
 */
export async function fetchModules(go, program) {
    const words = ["list", "-deps", ...options(program.tags), program.package];
    await run(go, words, { cwd: program.directory, env: environment() });
}

/**
 * Where the sources of a module lie; they are downloaded where they aren't there.
 *
 * @param {string} go
 * @param {string} directory whose go.mod has the module
 * @param {string} module
 */
export async function moduleFolder(go, directory, module) {
    const ended = await run(go, ["mod", "download", "-json", module], { cwd: directory, env: environment() });
    if (!ended.ok) {
        throw new Problem(`Go doesn't say where ${module} is:`, lastLines(ended));
    }
    const { Dir } = /** @type {{ Dir: string }} */ (parseJson(ended.stdout));
    return Dir;
}

/**
 * Compiles one program. Go's own caches are what makes it go on where it was killed.
 *
 * @param {string} go
 * @param {{ directory: string, package: string, output: string, variable: string, version: string, tags?: string[] | undefined }} program
 * @param {(activity: string) => void} progress
 * @param {AbortSignal} [signal] gives it up
 */
export async function build(go, program, progress, signal) {
    let compiled = 0;
    progress("compiling");
    const ended = await run(
        go,
        [
            ...["build", "-v", ...options(program.tags)],
            ...["-ldflags", `-s -w -X ${program.variable}=${program.version}`],
            ...["-o", program.output, program.package],
        ],
        {
            cwd: program.directory,
            signal,
            env: environment(),
            onLine: (line) => {
                const downloading = line.startsWith("go: ");
                compiled += downloading ? 0 : 1;
                progress(downloading ? line.slice("go: ".length) : `compiling package ${compiled}: ${line}`);
            },
        },
    );
    signal?.throwIfAborted();
    if (!ended.ok) {
        throw new Problem(
            `Building ${program.package} failed:`,
            lastLines({ ...ended, stderr: ended.stderr.replace(/^go: downloading.*\n/gm, "") }),
            "If modules can't be downloaded: `go env GOPROXY` says where from. What is built so far is kept.",
        );
    }
}
