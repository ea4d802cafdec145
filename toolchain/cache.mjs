import { createHash } from "node:crypto";
import {
    existsSync,
    mkdirSync,
    readdirSync,
    readFileSync,
    renameSync,
    rmSync,
    statSync,
    utimesSync,
    writeFileSync,
} from "node:fs";
import { homedir } from "node:os";
import { basename, dirname, join, relative } from "node:path";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { ending } from "./ending.mjs";

/**
 * A place in the cache: outside the checkout, shared by all checkouts of a user.
 *
 * @param {string[]} names
 */
export function cached(...names) {
    const root = process.env["XDG_CACHE_HOME"] || join(homedir(), ".cache");
    return join(root, "pulumi-centos-systemd", ...names);
}

/**
 * Tells sources apart: what was made from other sources has another place in the cache. Tests don't count.
 *
 * @param {string[]} sources files and directories
 */
export function fingerprint(...sources) {
    const hash = createHash("sha256");
    for (const source of sources) {
        for (const file of filesBelow(source)
            .filter((file) => !file.endsWith("_test.go"))
            .sort()) {
            hash.update(`${relative(source, file)}\0`)
                .update(readFileSync(file))
                .update("\0");
        }
    }
    return hash.digest("hex").slice(0, 12);
}

/**
 * @param {string} path
 * @returns {string[]}
 */
export function filesBelow(path) {
    if (!statSync(path).isDirectory()) {
        return [path];
    }
    return readdirSync(path).flatMap((name) => filesBelow(join(path, name)));
}

/** The owner of a lock touches it this often; one that it hasn't touched for much longer is nobody's. */
const heartbeat = { every: 2_000, lost: 30_000 };

/**
 * Makes a directory of the cache, once. It appears complete or not at all: it is made beside its place and renamed.
 * The lock only saves a second process the same work; two that both work end well too, the later one's is dropped.
 *
 * @param {string} target
 * @param {(directory: string) => Promise<void>} make fills an empty directory; what it had half done when it was
 *     killed is thrown away
 * @param {(activity: string) => void} progress
 * @param {AbortSignal} [signal] how long to wait for another process that makes the same
 */
export async function once(target, make, progress = () => {}, signal = undefined) {
    mkdirSync(dirname(target), { recursive: true });
    const release = await lock(target, progress, signal);
    if (release === undefined) {
        return;
    }
    const unfinished = `${target}.${process.pid}.unfinished`;
    try {
        removeUnfinished(target);
        mkdirSync(unfinished);
        await make(unfinished);
        if (!existsSync(target)) {
            renameSync(unfinished, target);
        }
    } finally {
        rmSync(unfinished, { recursive: true, force: true });
        release();
    }
}

/**
 * @param {string} target
 * @param {(activity: string) => void} progress
 * @param {AbortSignal | undefined} signal
 * @returns {Promise<(() => void) | undefined>} how to release it; undefined when another process has made the target
 */
async function lock(target, progress, signal) {
    const path = `${target}.lock`;
    for (;;) {
        if (existsSync(target)) {
            return undefined;
        }
        try {
            writeFileSync(path, `${process.pid}`, { flag: "wx" });
            break;
        } catch (error) {
            if (/** @type {NodeJS.ErrnoException} */ (error).code !== "EEXIST") {
                throw error;
            }
        }
        const owner = ownerOf(path);
        if (owner === undefined) {
            rmSync(path, { force: true });
        } else {
            ending()?.throwIfAborted();
            signal?.throwIfAborted();
            progress(`waiting for process ${owner}, which is making the same`);
            await sleep(250);
        }
    }
    const timer = setInterval(() => existsSync(path) && utimesSync(path, new Date(), new Date()), heartbeat.every);
    return () => {
        clearInterval(timer);
        if (ownerOf(path) === process.pid) {
            rmSync(path, { force: true });
        }
    };
}

/**
 * @param {string} path
 * @returns {number | undefined} undefined when the lock's owner is gone
 */
function ownerOf(path) {
    try {
        const pid = Number(readFileSync(path, "utf8"));
        const silent = Date.now() - statSync(path).mtimeMs;
        // Just created: its owner has not written its number yet.
        if (pid === 0 && silent < heartbeat.every) {
            return pid;
        }
        return silent < heartbeat.lost && isAlive(pid) ? pid : undefined;
    } catch {
        return undefined;
    }
}

/** @param {number} pid */
function isAlive(pid) {
    try {
        return pid > 0 && process.kill(pid, 0);
    } catch (error) {
        return /** @type {NodeJS.ErrnoException} */ (error).code === "EPERM";
    }
}

/** @param {string} target */
function removeUnfinished(target) {
    for (const name of readdirSync(dirname(target))) {
        const [, pid] = name.startsWith(`${basename(target)}.`) ? (/\.(\d+)\.unfinished$/.exec(name) ?? []) : [];
        if (pid !== undefined && !isAlive(Number(pid))) {
            rmSync(join(dirname(target), name), { recursive: true, force: true });
        }
    }
}
