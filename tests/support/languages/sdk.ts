import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { promisify } from "node:util";
import { builtPackage } from "../built-package";
import { built } from "./host";

const run = promisify(execFile);

/** What the built plugin says of itself. */
async function schemaOfPlugin(): Promise<string> {
    const plugin = path.join(builtPackage(), "plugin", "pulumi-resource-centos-systemd");
    const { stdout } = await run("pulumi", ["package", "get-schema", plugin], { maxBuffer: 1 << 24 });
    return stdout;
}

/**
 * The SDK that `pulumi package add` makes of the plugin; that takes the language's official host, and this the same generator.
 *
 * @throws where the generator can't be had, with the reason
 */
export async function generateSdk(language: "python" | "nodejs" | "go", directory: string): Promise<void> {
    const generator = await built("sdk");
    const schema = await mkdtemp(path.join(tmpdir(), "schema-"));
    try {
        await writeFile(path.join(schema, "schema.json"), await schemaOfPlugin());
        await run(generator, [path.join(schema, "schema.json"), language, directory]);
    } finally {
        await rm(schema, { recursive: true });
    }
}

/**
 * What Python programs import: Pulumi's SDK as PyPI has it, its docker SDK, and ours.
 *
 * @returns a directory for PYTHONPATH
 * @throws where it can't be had, with the reason
 */
export async function pythonPackages(): Promise<string> {
    const { cached, fingerprint, once } = await import("../../../toolchain/cache.mjs");
    const { sdkVersion } = await import("../../../toolchain/parts.mjs");
    const { genSdk } = await import("../../../toolchain/languages.mjs");
    const versions = [sdkVersion("@pulumi/pulumi"), sdkVersion("@pulumi/docker")];
    const sources = path.resolve(__dirname, "../../../components/schema.json");
    const directory = cached("python", [...versions, genSdk.key, fingerprint(sources)].join("+"));
    if (!existsSync(directory)) {
        console.warn(`Python's packages: installing them, once, in ${directory}`);
    }
    await once(directory, async (unfinished: string) => {
        const sdk = path.join(unfinished, ".sdk");
        await generateSdk("python", sdk);
        const packages = [`pulumi==${versions[0]}`, `pulumi-docker==${versions[1]}`, sdk];
        await run("python3", ["-m", "pip", "install", "--quiet", "--target", unfinished, ...packages], {
            timeout: 300_000,
        });
        await rm(sdk, { recursive: true });
    });
    return directory;
}
