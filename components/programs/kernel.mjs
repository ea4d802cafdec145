import { existsSync, readFileSync } from "node:fs";
import { hostname, release } from "node:os";
import process from "node:process";

/** What `docker info` says of it. @typedef {{ Name: string, KernelVersion: string }} Info */

/**
 * What the engine's kernel says, where it is our own too: read without a container. Mounts aren't among it: the engine may
 * have others than we. `slices` is the cgroup in which the host's systemd, its PID 1, has its slices.
 *
 * @param {Info} info
 * @returns {{ bootId: string, inotifyInstances: number, slices: string, ipv6: boolean } | undefined}
 */
export function ownKernel({ Name, KernelVersion }) {
    if (process.platform !== "linux" || Name !== hostname() || KernelVersion !== release()) {
        return undefined;
    }
    const read = (/** @type {string} */ file) => readFileSync(`/proc/sys/${file}`, "utf8").trim();
    return {
        bootId: read("kernel/random/boot_id"),
        inotifyInstances: Number(read("fs/inotify/max_user_instances")),
        slices: slicesOf(readFileSync("/proc/1/cgroup", "utf8")),
        ipv6: existsSync("/proc/sys/net/ipv6"),
    };
}

/**
 * systemd itself is in init.scope, beside its slices; below the root of the hierarchy where WSL has started it.
 *
 * @param {string} cgroups of PID 1
 */
export function slicesOf(cgroups) {
    return /^(?:0:|\d+:name=systemd):(.*)\/init\.scope$/m.exec(cgroups)?.[1] ?? "";
}
