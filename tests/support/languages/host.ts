import { existsSync } from "node:fs";
import * as path from "node:path";

/** Languages other than TypeScript, whose hosts the project doesn't need for itself. */
export type OtherLanguage = "yaml" | "python" | "go";

/**
 * What runs programs in that language: an official host that lies on PATH or beside Pulumi, else one that is built from Go
 * modules, once.
 *
 * @returns what PATH needs for it
 * @throws where it can't be had, with the reason
 */
export async function languageHost(language: OtherLanguage): Promise<string[]> {
    const { findPulumi, hasHost } = await import("../../../toolchain/pulumi.mjs");
    const { languageHosts } = await import("../../../toolchain/languages.mjs");
    const pulumi = findPulumi();
    if (pulumi !== undefined && hasHost(pulumi.executable, languageHosts[language].name)) {
        return [];
    }
    return [path.dirname(await built(language))];
}

/**
 * A part of the toolchain that only tests need: a language's host, or the generator of SDKs. Says so while it is made.
 *
 * @returns its executable
 */
export async function built(what: OtherLanguage | "sdk"): Promise<string> {
    const { buildPart } = await import("../../../toolchain/parts.mjs");
    const { genSdk, languageHosts } = await import("../../../toolchain/languages.mjs");
    const part = what === "sdk" ? genSdk : languageHosts[what];
    const { run } = await import("../../../toolchain/step.mjs");
    if (!existsSync(part.executable)) {
        const step = {
            name: part.name,
            why: "tests of other languages need it, so it is built from Go modules, once",
            found: () => Promise.resolve(undefined),
            make: async (progress: (activity: string) => void) => {
                await buildPart(part, progress);
                return part.version;
            },
        };
        await run(step, console.warn);
    }
    return part.executable;
}
