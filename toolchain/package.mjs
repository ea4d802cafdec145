// Makes the npm package in dist/: npm run build, then npm publish dist
import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { lastLines, run } from "./child.mjs";
import { checkout, inCheckout, isMain } from "./paths.mjs";
import { main, Problem } from "./problem.mjs";

async function build() {
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
    const manifest = packageManifest(JSON.parse(readFileSync(inCheckout("package.json"), "utf8")));
    writeFileSync(inCheckout("dist", "package.json"), `${JSON.stringify(manifest, undefined, 2)}\n`);
    console.log(`${manifest["name"]} ${manifest["version"]} in dist`);
}

/**
 * The package's own manifest: the checkout's `main` is the Pulumi program, the package's are the components.
 *
 * @param {Record<string, unknown>} checkoutManifest
 * @returns {Record<string, unknown>}
 */
export function packageManifest(checkoutManifest) {
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
        main: "index.js",
        types: "index.d.ts",
    };
}

if (isMain(import.meta.url)) {
    await main(build);
}
