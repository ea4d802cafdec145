// Hosts of programs in other languages, and the generator of their SDKs. Only tests need them.
import { chmodSync, copyFileSync } from "node:fs";
import { join } from "node:path";
import { build, moduleFolder, readGoMod } from "./go.mjs";
import { buildTool, part, sourceOf, versionOfSdk } from "./parts.mjs";

/** @typedef {import("./parts.mjs").Compile} Compile */

/**
 * @param {string} name
 * @param {string} [variable]
 */
function languageHost(name, variable = versionOfSdk) {
    return part(name, readGoMod(sourceOf(name)).version, (...words) => buildTool(name, variable, words));
}

/** It runs a script that lies beside it, which is in the same module. */
function pythonHost() {
    const host = languageHost("pulumi-language-python");
    /** @type {Compile} */
    const compile = async (go, directory, progress) => {
        await host.compile(go, directory, progress);
        const script = `${host.name}-exec`;
        const module = await moduleFolder(go, sourceOf(host.name), "github.com/pulumi/pulumi/sdk/v3");
        copyFileSync(join(module, "python", "cmd", script), join(directory, script));
        chmodSync(join(directory, script), 0o755);
    };
    return { ...host, compile };
}

/** Makes the SDK of a package, as official language hosts do for `pulumi package gen-sdk`. */
function sdkGenerator() {
    const name = "pulumi-gen-sdk";
    const directory = sourceOf(name);
    const { version } = readGoMod(directory);
    return part(name, version, (go, target, progress) => {
        const source = { directory, package: ".", output: join(target, name), variable: "main.version", version };
        return build(go, source, (activity) => progress(`${name} ${version}, ${activity}`));
    });
}

export const languageHosts = {
    go: languageHost("pulumi-language-go"),
    python: pythonHost(),
    yaml: languageHost("pulumi-language-yaml", "github.com/pulumi/pulumi-yaml/pkg/version.Version"),
};
export const genSdk = sdkGenerator();
