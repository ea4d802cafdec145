import type { Suite } from "./chroot";

/** A kind of host that the tests know how to come by, and what they need to know of it. */
export interface Cell {
    /** The engine's version, the cgroup version and what else is special, as the README names hosts. */
    readonly name: string;
    readonly kind: "docker" | "podman";
    /** What the version begins with that the engine says. */
    readonly version: string;
    readonly cgroupVersion: 1 | 2;
    /** Who makes the containers' cgroups, in the engine's own word. */
    readonly cgroupDriver: "cgroupfs" | "systemd" | "none";
    /** Who keeps the images: the engine itself, or containerd, whose images have other ids and go in another way. */
    readonly imageStore: "engine" | "containerd";
    /** The user of the host that root of a container is, where the engine maps it (`userns-remap`). */
    readonly userns?: number;
    /** The user of the host that the engine itself is, where that isn't root. */
    readonly rootless?: Rootless;
    /** The Debian release that the engine's root file system is made of. */
    readonly suite: Suite;
    /** The engine is not its release's own but built from its Go module, see docker-29.ts. */
    readonly built: boolean;
    /** Second byte of its uplink to this machine's network, 10.<pool>.0.0/30; each cell has its own. */
    readonly pool: number;
}

/** How an engine runs that isn't root's. */
export interface Rootless {
    readonly uid: number;
    /** Whether the user owns the cgroups of its session, as with a systemd that has `Delegate=` for it. */
    readonly delegated: boolean;
}

const DOCKER = {
    kind: "docker",
    cgroupDriver: "cgroupfs",
    imageStore: "engine",
    built: false,
} as const;

const DOCKER_20 = { ...DOCKER, version: "20.10.", suite: "bookworm" } as const;
const DOCKER_26 = { ...DOCKER, version: "26.", suite: "trixie" } as const;
const DOCKER_28 = { ...DOCKER, version: "28.", suite: "sid" } as const;
/** With sid's containerd and runc. */
const DOCKER_29 = { ...DOCKER, version: "29.", suite: "sid", built: true, imageStore: "containerd" } as const;
const PODMAN = { ...DOCKER, kind: "podman" } as const;

/** Where the subordinate users begin that engines give to their containers. */
const userns = 300_000;

/** An engine without root has no systemd to ask for cgroups here, so it makes none by itself. */
const rootless = (uid: number, delegated = true) => ({ cgroupDriver: "none", rootless: { uid, delegated } }) as const;

export const cells: readonly Cell[] = [
    { ...DOCKER_20, name: "20.10-v1", cgroupVersion: 1, pool: 211 },
    { ...DOCKER_20, name: "20.10-v2", cgroupVersion: 2, pool: 212 },
    { ...DOCKER_28, name: "28-v2", cgroupVersion: 2, pool: 213 },
    { ...DOCKER_28, name: "28-v1", cgroupVersion: 1, pool: 214 },
    { ...DOCKER_26, name: "26-v2", cgroupVersion: 2, pool: 215 },
    { ...PODMAN, name: "podman-v1", version: "4.", cgroupVersion: 1, suite: "bookworm", pool: 216 },
    { ...PODMAN, name: "podman5-v2", version: "5.", cgroupVersion: 2, suite: "trixie", pool: 217 },
    { ...PODMAN, name: "podman6-v2", version: "6.", cgroupVersion: 2, suite: "experimental", pool: 218 },
    { ...DOCKER_29, name: "29-v1", cgroupVersion: 1, pool: 219 },
    { ...DOCKER_29, name: "29-v2", cgroupVersion: 2, pool: 220 },
    { ...DOCKER_29, name: "29-v2-classic", cgroupVersion: 2, imageStore: "engine", pool: 221 },
    { ...DOCKER_20, name: "20.10-v1-userns", cgroupVersion: 1, userns, pool: 222 },
    { ...DOCKER_20, name: "20.10-v2-userns", cgroupVersion: 2, userns, pool: 223 },
    { ...DOCKER_28, name: "28-v1-userns", cgroupVersion: 1, userns, pool: 224 },
    { ...DOCKER_28, name: "28-v2-userns", cgroupVersion: 2, userns, pool: 225 },
    { ...DOCKER_28, name: "28-v1-rootless", cgroupVersion: 1, ...rootless(4711), pool: 226 },
    { ...DOCKER_28, name: "28-v2-rootless", cgroupVersion: 2, ...rootless(4712), pool: 227 },
    { ...DOCKER_28, name: "28-v2-rootless-undelegated", cgroupVersion: 2, ...rootless(4713, false), pool: 228 },
    { ...DOCKER_29, name: "29-v2-rootless", cgroupVersion: 2, ...rootless(4714), pool: 229 },
];
