// Makes what a release consists of, in release/: npm run release
// Nothing is published from here: .github/workflows/release.yml does that, from where provenance can be shown.
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { lastLines, run } from "./child.mjs";
import { build } from "./package.mjs";
import { inCheckout, isMain } from "./paths.mjs";
import { main, Problem } from "./problem.mjs";

/** The plugin is JavaScript, for which all platforms are one; Pulumi asks for the archive of its own. */
const platforms = ["linux-amd64", "linux-arm64", "darwin-amd64", "darwin-arm64"];

async function release() {
    const { name, version } = await build();
    const folder = inCheckout("release");
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder);
    await must("npm", ["pack", inCheckout("dist"), "--pack-destination", folder]);
    const plugin = join(folder, archiveName(version, platforms[0]));
    // As anybody else would pack it: whose files they were, and when, is nobody's business.
    const anonymous = ["--sort=name", "--owner=0", "--group=0", "--numeric-owner", "--mtime=@0"];
    await must("tar", ["--create", "--gzip", "--file", plugin, ...anonymous, "-C", inCheckout("dist", "plugin"), "."]);
    for (const other of platforms.slice(1)) {
        cpSync(plugin, join(folder, archiveName(version, other)));
    }
    writeFileSync(join(folder, "sbom.cdx.json"), await billOfMaterials(name));
    console.log(`Release ${version} in release`);
}

/**
 * What Pulumi downloads where a program has the plugin from GitHub.
 *
 * @param {string} version
 * @param {string} platform
 */
export function archiveName(version, platform) {
    return `pulumi-resource-centos-systemd-v${version}-${platform}.tar.gz`;
}

/**
 * All that an installation brings, Pulumi's SDKs too, in CycloneDX; for which nothing has to be installed.
 *
 * @param {string} name npm calls a project as its directory is called
 */
async function billOfMaterials(name) {
    const root = mkdtempSync(join(tmpdir(), "sbom-"));
    const project = join(root, name);
    try {
        mkdirSync(project);
        cpSync(inCheckout("dist", "package.json"), join(project, "package.json"));
        await must("npm", ["install", "--package-lock-only", "--no-audit", "--no-fund"], project);
        return await must("npm", ["sbom", "--package-lock-only", "--sbom-format=cyclonedx"], project);
    } finally {
        rmSync(root, { recursive: true });
    }
}

/**
 * @param {string} command
 * @param {string[]} words
 * @param {string} [cwd]
 * @returns {Promise<string>} what it prints
 */
async function must(command, words, cwd) {
    const ended = await run(command, words, { cwd });
    if (!ended.ok) {
        throw new Problem(`${command} ${words[0]} failed:`, lastLines(ended));
    }
    return ended.stdout;
}

if (isMain(import.meta.url)) {
    await main(release);
}
