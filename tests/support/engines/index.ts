import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import { type Cell, cells } from "./cells";
import { chroot } from "./chroot";
import { DefaultEngine } from "./default-engine";
import { docker29 } from "./docker-29";
import type { Engine } from "./engine";
import { OwnEngine } from "./own-engine";
import { announced, promised } from "./traits";

export type { Engine } from "./engine";
export { type Cell, cells } from "./cells";

/** Why a cell can't be had here. A test that gets one skips, and says so. */
export interface Unavailable {
    name: string;
    reason: string;
}

export interface StartOptions {
    /**
     * Start an engine even where this machine's own would do, to restart it or to have it alone.
     *
     * @default the machine's own engine stands in for the cell of its version and cgroup version
     */
    own?: boolean;
    /**
     * Of an engine of our own: a disk of just this many MiB, in memory and empty, instead of the cell's data.
     *
     * @default the cell's data, on this machine's disk
     */
    diskMiB?: number;
}

const running = new Map<string, Engine>();

/**
 * The cell's engine, running. Asked again, the same one; it runs until `stop()`, or until this process ends.
 *
 * @example
 *     const engine = await startEngine("28-v2");
 *     if ("reason" in engine) {
 *         return this.skip(); // said on stderr already
 *     }
 *     process.env.DOCKER_HOST = engine.dockerHost;
 */
export async function startEngine(name: string, options: StartOptions = {}): Promise<Engine | Unavailable> {
    const cell = cells.find((each) => each.name === name);
    if (!cell) {
        throw new Error(`no cell '${name}': there are ${cells.map((each) => each.name).join(", ")}`);
    }
    const key = options.own ? `${name} own ${options.diskMiB ?? ""}` : name;
    const known = running.get(key);
    if (known) {
        return known;
    }
    try {
        const engine = (!options.own && (await machinesOwn(cell))) || (await startOwn(cell, options.diskMiB));
        running.set(key, engine);
        return engine;
    } catch (error) {
        const { message: reason } = error as Error;
        console.warn(`engines: ${name} can't be had here: ${reason}`);
        return { name, reason };
    }
}

/** Runs `test` on the cell's engine and stops the engine afterwards, come what may. */
export async function withEngine<T>(
    name: string,
    test: (engine: Engine) => Promise<T>,
    options: StartOptions = {},
): Promise<T | Unavailable> {
    const engine = await startEngine(name, options);
    if ("reason" in engine) {
        return engine;
    }
    try {
        return await test(engine);
    } finally {
        await stopEngine(engine);
    }
}

/** Stops one engine; the next `startEngine` starts it anew, on the images it had. */
export async function stopEngine(engine: Engine): Promise<void> {
    for (const [key, each] of running) {
        if (each === engine) {
            running.delete(key);
        }
    }
    await engine.stop();
}

/** The engine that DOCKER_HOST names or that runs by default, where it is what the cell describes. */
async function machinesOwn(cell: Cell): Promise<Engine | undefined> {
    const dockerHost = process.env.DOCKER_HOST || "unix:///var/run/docker.sock";
    if (!dockerHost.startsWith("unix://")) {
        return undefined;
    }
    const engine = new DefaultEngine(cell.name, "docker", cell.cgroupVersion, dockerHost);
    try {
        engine.version = (await engine.get<{ Version: string }>("/version")).Version;
        const same =
            engine.version.startsWith(cell.version) && isDeepStrictEqual(await announced(dockerHost), promised(cell));
        return same ? engine : undefined;
    } catch {
        return undefined;
    }
}

/** The directory that keeps what a cell's engine has: its data, its log, its socket, and the lock of the run that has it. */
export async function homeOf(cell: Cell): Promise<string> {
    const { cached } = await import("../../../toolchain/cache.mjs");
    return cached("engines", cell.name);
}

async function startOwn(cell: Cell, diskMiB: number | undefined): Promise<Engine> {
    if (process.getuid?.() !== 0) {
        throw new Error("starting engines takes root");
    }
    for (const tool of ["mmdebstrap", "unshare", "flock", "findmnt", "ip"]) {
        if (spawnSync("which", [tool]).status !== 0) {
            throw new Error(`${tool} is missing`);
        }
    }
    if (cell.cgroupVersion === 1 && !existsSync("/sys/fs/cgroup/devices")) {
        throw new Error("this machine mounts no cgroup v1 hierarchies");
    }
    return OwnEngine.start(cell, {
        home: await homeOf(cell),
        chroot: await chroot(cell.suite),
        programs: cell.built ? await docker29() : undefined,
        diskMiB,
    });
}
