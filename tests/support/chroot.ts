import { execFile } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";

/** What each suite's chroot holds: the engine's package, what it needs to run containers, and tools to look around. */
const packages = {
    bookworm: "docker.io,podman,netavark,aardvark-dns,runc,iptables,iproute2,curl",
    trixie: "docker.io,iptables,iproute2,curl",
    sid: "docker.io,iptables,iproute2,curl",
};

export type Suite = keyof typeof packages;

// Built beside its place and moved there when complete: a killed build leaves nothing that looks finished.
// The lock makes a second process wait for the first one's chroot instead of building its own.
const build = `
set -e
exec 9>"$1.lock"; flock 9
[ -d "$1" ] && exit
rm -rf --one-file-system "$1.part"
mmdebstrap --quiet --variant=minbase --aptopt='Acquire::Check-Valid-Until "false"' --include="$3" "$2" "$1.part"
mv "$1.part" "$1"`;

/**
 * A Debian root file system with the suite's container engines in it, built with mmdebstrap at most once.
 *
 * @returns its path
 * @throws when it can't be built; the message ends with mmdebstrap's own last lines
 */
export async function chroot(suite: Suite, directory: string): Promise<string> {
    mkdirSync(directory, { recursive: true });
    const path = join(directory, suite);
    if (existsSync(path)) {
        return path;
    }
    console.warn(`engines: building a Debian ${suite} chroot, once, in ${path} (about half a minute)`);
    try {
        await promisify(execFile)("bash", ["-c", build, "build", path, suite, packages[suite]]);
    } catch (error) {
        const { stderr } = error as { stderr: string };
        throw new Error(`mmdebstrap ${suite} failed: ${stderr.trim().split("\n").slice(-3).join(" / ")}`);
    }
    return path;
}
