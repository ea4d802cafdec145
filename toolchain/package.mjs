// Makes the npm package in dist/: npm run build; the release workflow publishes it
import { cpSync, rmSync, writeFileSync } from "node:fs";
import process from "node:process";
import { lastLines, run } from "./child.mjs";
import { readJson } from "./json.mjs";
import { checkout, inCheckout, isMain } from "./paths.mjs";
import { buildPlugin } from "./plugin.mjs";
import { main, Problem } from "./problem.mjs";

/** @returns {Promise<Manifest>} the checkout's */
export async function build() {
    rmSync(inCheckout("dist"), { recursive: true, force: true });
    const ended = await run("npx", ["--no-install", "tsc", "--project", "tsconfig.build.json"], { cwd: checkout });
    if (!ended.ok) {
        throw new Problem("The components don't compile:", lastLines(ended));
    }
    // The Dockerfile and the scripts lie beside the code that reads them.
    const filter = (/** @type {string} */ file) => !file.endsWith(".ts");
    cpSync(inCheckout("components"), inCheckout("dist"), { recursive: true, filter });
    for (const file of ["LICENSE", "README.md", "CHANGELOG.md"]) {
        cpSync(inCheckout(file), inCheckout("dist", file));
    }
    const own = /** @type {Manifest} */ (readJson("package.json"));
    const manifest = packageManifest(own, process.env["GITHUB_REPOSITORY"]);
    writeFileSync(inCheckout("dist", "package.json"), `${JSON.stringify(manifest, undefined, 2)}\n`);
    await buildPlugin(inCheckout("dist"), own);
    console.log(`${own.name} ${own.version} in dist`);
    return own;
}

/** @typedef {Record<string, unknown> & { name: string, version: string, license: string }} Manifest */

/**
 * The package's own manifest: the checkout's `main` is the Pulumi program, the package's are the components.
 *
 * @param {Record<string, unknown>} checkoutManifest
 * @param {string | undefined} repository `owner/name` on GitHub, where its workflow builds: npm's provenance holds only for the
 * repository that the manifest names
 * @returns {Record<string, unknown>}
 */
export function packageManifest(checkoutManifest, repository) {
    const kept = [
        "name",
        "version",
        "description",
        "license",
        "keywords",
        "engines",
        "dependencies",
        "peerDependencies",
    ];
    return {
        ...Object.fromEntries(kept.map((key) => [key, checkoutManifest[key]])),
        ...(repository !== undefined && {
            repository: { type: "git", url: `git+https://github.com/${repository}.git` },
        }),
        type: "commonjs",
        // For compilers that don't know `exports`, as the one that Pulumi brings.
        main: "index.js",
        types: "index.d.ts",
        // Everything else is free to move.
        exports: { ".": { types: "./index.d.ts", default: "./index.js" }, "./package.json": "./package.json" },
        // The plugin for other languages is an archive of its own, its provider is nothing for Node programs, and what has types of
        // its own in programs/ is run, never imported.
        files: ["**/*", "!plugin", "!provider", "!programs/*.d.mts"],
        // Published by the release workflow, or not at all.
        publishConfig: { access: "public", provenance: true },
    };
}

if (isMain(import.meta.url)) {
    await main(async () => void (await build()));
}
