import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { cp, mkdir, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { debian } from "../base-image";
import { CHECKOUT } from "../stack";

const run = promisify(execFile);

/** What the plugin of nodes' runtimes is made of. */
const SOURCES = join(CHECKOUT, "components", "nri");

/**
 * An image with this machine's Go, and the modules of which the plugin of nodes' runtimes is made: what Docker Hub's `golang` and the module
 * proxy are to a build that reaches them. In the engine, built there where it is missing.
 *
 * @throws where it can't be had, with the reason
 */
export async function goImage(): Promise<string> {
    const { cached, fingerprint, once } = await import("../../../toolchain/cache.mjs");
    const { findGo, readGoMod } = await import("../../../toolchain/go.mjs");
    const go = await findGo(readGoMod(SOURCES).go, "the plugin of nodes' runtimes is compiled with it.");
    const { baseImage } = await debian("bookworm");
    const { stdout: version } = await run(go, ["env", "GOVERSION"]);
    const name = `localhost/pulumi-centos-systemd/go-of-the-tests:${version.trim()}-${fingerprint(join(SOURCES, "go.sum"))}`;
    if ((await run("docker", ["images", "--quiet", name])).stdout !== "") {
        return name;
    }
    const context = cached("kubernetes", name.split(":")[1]);
    if (!existsSync(context)) {
        console.warn("kubernetes: an image with Go, for the plugin of nodes' runtimes (a minute, once)");
    }
    await once(context, (unfinished: string) => fill(unfinished, go, baseImage));
    // The loader of a build follows no links out of its context, so tar does.
    await run("/bin/sh", ["-c", 'tar -chC "$1" . | docker build --quiet --tag "$2" -', "build", context, name]);
    return name;
}

async function fill(context: string, go: string, baseImage: string): Promise<void> {
    const { environment } = await import("../../../toolchain/go.mjs");
    const { stdout: root } = await run(go, ["env", "GOROOT"]);
    await symlink(root.trim(), join(context, "go"));
    const cache = join(context, "cache");
    await mkdir(cache);
    // -modcacherw: what is in there is thrown away again.
    const env = { ...environment(), GOMODCACHE: cache, GOFLAGS: "-modcacherw" };
    await run(go, ["mod", "download"], { cwd: SOURCES, env });
    await cp(join(cache, "cache", "download"), join(context, "modules"), { recursive: true });
    await rm(cache, { recursive: true });
    const dockerfile = `FROM ${baseImage}
COPY go /usr/local/go
COPY modules /modules
ENV PATH=/usr/local/go/bin:/usr/bin:/bin GOPROXY=file:///modules GOSUMDB=off GOTOOLCHAIN=local
`;
    await writeFile(join(context, "Dockerfile"), dockerfile);
}
