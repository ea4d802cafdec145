import { existsSync } from "node:fs";
import { join } from "node:path";

const SOURCE = join(__dirname, "docker-29");
const MODULE = "github.com/moby/moby/v2";
/** What upstream calls the engine that go.mod names; without it the engine says `dev`. */
const VERSION = "29.8.1";
const PROGRAMS = ["dockerd", "docker-proxy"];
/** A test that waits for more than that is one that hangs. */
const MINUTES = 15;

/**
 * Docker Engine 29, which no Debian release has: built from its Go module at most once.
 *
 * @returns a directory with its programs; containerd and runc are not among them
 * @throws when it can't be built, or not in time; what is compiled by then is kept
 */
export async function docker29(): Promise<string> {
    const { cached, fingerprint, once } = await import("../../../toolchain/cache.mjs");
    const { build, findGo, readGoMod } = await import("../../../toolchain/go.mjs");
    const { run } = await import("../../../toolchain/step.mjs");
    const name = `docker-${VERSION}`;
    const directory = cached("built", `${name}-${fingerprint(SOURCE, __filename)}`);
    const signal = AbortSignal.timeout(MINUTES * 60_000);
    const step = {
        name,
        why: "no Debian release has it, so it is built from Go modules, once",
        found: () => Promise.resolve(undefined),
        make: async (progress: (activity: string) => void) => {
            const go = await findGo(readGoMod(SOURCE).go, `it builds ${name}, which can't be downloaded here.`);
            const compile = async (unfinished: string) => {
                for (const program of PROGRAMS) {
                    const output = join(unfinished, program);
                    const variable = `${MODULE}/dockerversion.Version`;
                    // Plugins of the node resource interface in WebAssembly bring a whole runtime with them.
                    const tags = ["nri_no_wasm"];
                    const source = { directory: SOURCE, package: `${MODULE}/cmd/${program}` };
                    await build(go, { ...source, output, variable, version: VERSION, tags }, progress, signal);
                }
            };
            await once(directory, compile, progress, signal);
            return directory;
        },
    };
    try {
        if (!existsSync(directory)) {
            await run(step, console.warn);
        }
    } catch (error) {
        if (!signal.aborted) {
            throw error;
        }
        const reason = `${name} wasn't built in ${MINUTES} minutes; what is compiled is kept, so run it again`;
        throw new Error(reason, { cause: error });
    }
    return directory;
}
