// Makes of the built package the plugin by which programs in other languages have it: dist/plugin, part of npm run build
import * as esbuild from "esbuild";
import { chmodSync, cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { inCheckout } from "./paths.mjs";

/** What Pulumi calls the plugin's program. */
const program = "pulumi-resource-centos-systemd";

/**
 * One file of JavaScript, and what it reads: nothing has to be installed beside it but Node, and it starts in half the time.
 * There is no PulumiPlugin.yaml: where there is one, Pulumi runs `npm install`, and then the plugin by way of its own host of
 * TypeScript programs, which only official and newest ones can do. A program is simply run.
 *
 * @param {string} dist
 * @param {{ name: string, version: string, license: string }} manifest
 */
export async function buildPlugin(dist, { name, version, license }) {
    const plugin = join(dist, "plugin");
    mkdirSync(plugin);
    await esbuild.build({
        entryPoints: [join(dist, "provider", "main.js")],
        // As deep as the sources: programs/ and image/ are found beside the directory.
        outfile: join(plugin, "provider", "main.js"),
        bundle: true,
        platform: "node",
        target: "node20",
        minifyWhitespace: true,
        legalComments: "external",
        logLevel: "error",
        // Only programs in TypeScript need it, as they are run; a plugin is JavaScript.
        external: ["ts-node"],
        plugins: [{ name: "no compiler", setup: leaveOutTypeScript }],
    });
    for (const directory of ["programs", "image", "nri"]) {
        cpSync(inCheckout("components", directory), join(plugin, directory), { recursive: true });
    }
    writeFileSync(join(plugin, "package.json"), `${JSON.stringify({ name, version, license }, undefined, 2)}\n`);
    writeFileSync(join(plugin, program), '#!/usr/bin/env node\nrequire("./provider/main.js");\n');
    chmodSync(join(plugin, program), 0o755);
}

/** The SDK loads the compiler, 9 MB, for what is asked for by nobody here. @param {import("esbuild").PluginBuild} build */
function leaveOutTypeScript(build) {
    build.onResolve({ filter: /^typescript$/ }, () => ({ path: "typescript", namespace: "left-out" }));
    build.onLoad({ filter: /.*/, namespace: "left-out" }, () => ({ contents: "module.exports = {};" }));
}
