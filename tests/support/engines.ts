import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { chroot, type Suite } from "./chroot";
import { DefaultEngine, type Engine, OwnEngine } from "./engine";

export type { Engine } from "./engine";

/** A kind of host that the tests know how to come by. */
export interface Cell {
    /** Engine version and cgroup version, as the README names hosts. */
    name: string;
    kind: "docker" | "podman";
    cgroupVersion: 1 | 2;
    /** The Debian release whose package the engine is. */
    suite: Suite;
    /** Part of `npm test`; the others only of `npm run test:hosts`. */
    core: boolean;
    /** Second byte of its uplink to this machine's network, 10.<pool>.0.0/30. */
    pool: number;
}

export const cells: readonly Cell[] = [
    { name: "20.10-v1", kind: "docker", cgroupVersion: 1, suite: "bookworm", core: true, pool: 211 },
    { name: "20.10-v2", kind: "docker", cgroupVersion: 2, suite: "bookworm", core: true, pool: 212 },
    { name: "28-v2", kind: "docker", cgroupVersion: 2, suite: "sid", core: true, pool: 213 },
    { name: "28-v1", kind: "docker", cgroupVersion: 1, suite: "sid", core: false, pool: 214 },
    { name: "26-v2", kind: "docker", cgroupVersion: 2, suite: "trixie", core: false, pool: 215 },
    { name: "podman-v1", kind: "podman", cgroupVersion: 1, suite: "bookworm", core: false, pool: 216 },
];

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
    const key = options.own ? `${name} own` : name;
    const known = running.get(key);
    if (known) {
        return known;
    }
    try {
        const engine = (!options.own && (await machinesOwn(cell))) || (await startOwn(cell));
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
        const { CgroupVersion } = await engine.get<{ CgroupVersion: string }>("/info");
        return cell.name === `${versionInNames(engine.version)}-v${CgroupVersion}` ? engine : undefined;
    } catch {
        return undefined;
    }
}

/** 20.10.24 is "20.10"; since 23 the first number is enough. */
function versionInNames(version: string): string {
    const [major, minor] = version.split(".");
    return Number(major) > 20 ? major : `${major}.${minor}`;
}

async function startOwn(cell: Cell): Promise<Engine> {
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
    const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "pulumi-centos-systemd/engines");
    return OwnEngine.start({
        ...cell,
        chroot: await chroot(cell.suite, join(cache, "chroots")),
        home: join(cache, cell.name),
    });
}
