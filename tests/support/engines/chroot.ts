import { createHash } from "node:crypto";
import { existsSync } from "node:fs";

/** What each chroot holds: engines, what they need to run containers, and tools to look around. */
const PACKAGES = {
    bookworm: "docker.io,podman,netavark,aardvark-dns,runc,iptables,iproute2,curl",
    trixie: "docker.io,podman,crun,netavark,aardvark-dns,nftables,iptables,iproute2,curl",
    sid: "docker.io,rootlesskit,slirp4netns,uidmap,iptables,iproute2,curl",
    // It adds to sid and is asked only for what has to be newer.
    experimental: "podman/experimental,netavark/experimental,crun,aardvark-dns,nftables,iproute2,curl",
    // Of the machines of a cluster, see ../kubernetes: sid's containerd is the first that can make cgroups writable.
    kubernetes:
        "containerd,runc,crun,containernetworking-plugins,etcd-server,docker-registry,kubernetes-client,iptables,ipset,iproute2,procps",
};

export type Suite = keyof typeof PACKAGES;

/** Those that aren't called as the release that they are made of. */
const RELEASES: Partial<Record<Suite, string>> = { experimental: "sid", kubernetes: "sid" };

/** Where the suite's packages come from; for most, mmdebstrap knows. */
const SOURCES: Partial<Record<Suite, readonly string[]>> = {
    experimental: ["sid", "experimental"].map((suite) => `deb http://deb.debian.org/debian ${suite} main`),
};

/** A mirror that is a few days behind is good enough here. */
const OPTIONS = ["--quiet", "--variant=minbase", '--aptopt=Acquire::Check-Valid-Until "false"'];

/**
 * A Debian root file system with the suite's packages in it, made with mmdebstrap at most once.
 *
 * @returns its path
 * @throws when it can't be made; the message ends with mmdebstrap's own last lines
 */
export async function chroot(suite: Suite): Promise<string> {
    const { cached, once } = await import("../../../toolchain/cache.mjs");
    const { lastLines, run } = await import("../../../toolchain/child.mjs");
    const release = RELEASES[suite] ?? suite;
    const words = [...OPTIONS, `--include=${PACKAGES[suite]}`, release];
    const sources = SOURCES[suite] ?? [];
    // What was made of other words has another place.
    const hash = createHash("sha256")
        .update(JSON.stringify([words, sources]))
        .digest("hex")
        .slice(0, 12);
    const path = cached("engines", "chroots", `${suite}-${hash}`);
    if (!existsSync(path)) {
        console.warn(`engines: making a Debian chroot (${suite}), once, in ${path} (about a minute)`);
    }
    await once(path, async (directory) => {
        // What it mounts in there goes with it, even when it is killed.
        const ended = await run("unshare", ["--mount", "mmdebstrap", ...words, directory, ...sources]);
        if (!ended.ok) {
            throw new Error(`mmdebstrap ${suite} failed: ${lastLines(ended, 3)}`);
        }
    });
    return path;
}
