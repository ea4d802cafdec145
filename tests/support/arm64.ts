import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { createReadStream, readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { text } from "node:stream/consumers";

/** Begins every program of arm64 (binfmt.d(5); QEMU's own scripts have the same), whatever its system's ABI. */
const MAGIC = String.raw`\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\xb7\x00`;
const MASK = String.raw`\xff\xff\xff\xff\xff\xff\xff\x00\xff\xff\xff\xff\xff\xff\xff\xff\xfe\xff\xff\xff`;

/** The file system with the kernel's list of interpreters, in a mount namespace of its own: with its last mount the list goes. */
const REGISTER = `
    mount -t binfmt_misc binfmt_misc /proc/sys/fs/binfmt_misc
    printf %s "$1" >/proc/sys/fs/binfmt_misc/register
    echo registered
    exec cat`;

/** Lets the kernel run programs of linux/arm64, emulated, until the function that it gives is called or this process ends; or the reason why not. */
export async function emulateArm64(): Promise<(() => void) | string> {
    if (process.getuid?.() !== 0 || !readFileSync("/proc/filesystems", "utf8").includes("binfmt_misc")) {
        return "the kernel has no binfmt_misc, or this isn't root";
    }
    const emulator = await qemu();
    // F: the kernel opens the emulator now, so that chroots and containers needn't have it.
    const line = `:pulumi-centos-systemd-arm64:M::${MAGIC}:${MASK}:${emulator}:F`;
    const child = spawn("unshare", ["--mount", "sh", "-euc", REGISTER, "sh", line]);
    const ended = text(child.stderr);
    const registered = await new Promise((done) => {
        child.stdout.once("data", () => done(true));
        child.once("exit", () => done(false));
    });
    return registered === true ? () => void child.stdin.end() : `binfmt_misc refuses: ${await ended}`;
}

/** QEMU's emulator of Debian's package, which isn't installed: that would register it for good. */
async function qemu(): Promise<string> {
    const { cached, once } = await import("../../toolchain/cache.mjs");
    const directory = cached("images", "qemu-user-static");
    const unpack = `apt-get update && apt-get download qemu-user-static &&
        dpkg-deb --fsys-tarfile qemu-user-static_*.deb | tar --extract ./usr/bin/qemu-aarch64-static`;
    await once(directory, (unfinished) => ran("sh", ["-euc", unpack], unfinished));
    return join(directory, "usr", "bin", "qemu-aarch64-static");
}

/** Debian 12 for linux/arm64 in the usual engine, with systemd in it. It takes an emulation, and four minutes, once. */
export async function debianForArm64(): Promise<string> {
    const { cached, once } = await import("../../toolchain/cache.mjs");
    const name = "localhost/pulumi-centos-systemd/debian-arm64:12";
    const directory = cached("images", "debian-arm64-bookworm");
    await once(directory, async (unfinished) => {
        console.warn("arm64: making a Debian base image, once (about four minutes)");
        const packages = "--include=systemd,systemd-sysv,libpam-systemd,dbus,iproute2,procps,curl,python3";
        const options = ["--arch=arm64", "--skip=check/qemu", "--variant=minbase", packages];
        const layer = join(unfinished, "layer.tar");
        await ran(
            "mmdebstrap",
            [...options, '--aptopt=Acquire::Check-Valid-Until "false"', "bookworm", layer],
            unfinished,
        );
        // Old engines' `docker import` makes every image one of the host's architecture.
        const hash = createHash("sha256");
        await pipeline(createReadStream(layer), hash);
        const rootfs = { type: "layers", diff_ids: [`sha256:${hash.digest("hex")}`] };
        const config = JSON.stringify({ architecture: "arm64", os: "linux", config: {}, rootfs });
        const manifest = JSON.stringify([{ Config: "config.json", RepoTags: [name], Layers: ["layer.tar"] }]);
        await writeFile(join(unfinished, "config.json"), config);
        await writeFile(join(unfinished, "manifest.json"), manifest);
    });
    await ran("sh", ["-euc", "tar --create manifest.json config.json layer.tar | docker load"], directory);
    return name;
}

async function ran(command: string, words: readonly string[], cwd: string): Promise<void> {
    const { lastLines, run } = await import("../../toolchain/child.mjs");
    const ended = await run(command, [...words], { cwd });
    if (!ended.ok) {
        throw new Error(`${command} failed: ${lastLines(ended)}`);
    }
}
