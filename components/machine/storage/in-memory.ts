import { HARDENED_TMPFS } from "../confinement/hardening";
import type { MachineSpec } from "../arguments";
import type { Tmpfs } from "./tmpfs";

/** A directory in memory. One of systemd's own has a share of the memory where it has no size. */
export interface InMemory extends Tmpfs {
    readonly percent?: number;
}

/** What counts of a machine here. */
type Machine = Pick<MachineSpec, "folders" | "volumes" | "tmpfs" | "hardened">;

/** Everything that is in the memory of a machine: what systemd needs there, unless the person mounts something in its place, and the person's own. */
export function inMemory(spec: Machine, systemdVersion: number): Readonly<Record<string, InMemory>> {
    const mounted = new Set([...spec.folders, ...spec.volumes].map(({ path }) => path));
    const own = Object.entries(systemTmpfs(spec, systemdVersion)).filter(([path]) => !mounted.has(path));
    return { ...Object.fromEntries(own), ...spec.tmpfs };
}

/** The kernel's own default is half of the host's memory: to fill that would end a machine that has a limit (tmpfs(5)). */
const USUAL_PERCENT = 50;

/** The most that it may hold in bytes; nothing where it is a share of a memory that isn't limited. */
export function mostBytes(
    { bytes, percent = USUAL_PERCENT }: InMemory,
    { limits: { memory } }: Pick<MachineSpec, "limits">,
): number | undefined {
    return bytes ?? (memory === undefined ? undefined : Math.ceil((memory * 2 ** 20 * percent) / 100));
}

/** The same as a share of the memory. */
export function percentOf({ percent = USUAL_PERCENT }: InMemory): number {
    return percent;
}

/** `/tmp` must already be a tmpfs from this version on, else its own tmp.mount fails without CAP_SYS_ADMIN. */
const FIRST_SYSTEMD_WITH_TMP_MOUNT = 257;

/** What systemd expects to be mounted already, since it may not mount it (file-hierarchy(7)); its own sizes (TMPFS_LIMITS, mount-setup.c). */
function systemTmpfs({ hardened }: Machine, systemdVersion: number): Record<string, InMemory> {
    return {
        // exec: Docker's default is noexec, a host's /run is not; provisioning tools unpack there.
        "/run": { exec: true, mode: "755", percent: 20 },
        // Debian's systemd mounts it itself otherwise, and fails; the size is that of its run-lock.mount.
        "/run/lock": { exec: false, mode: "1777", bytes: 5 * 2 ** 20 },
        ...(systemdVersion >= FIRST_SYSTEMD_WITH_TMP_MOUNT && { "/tmp": { exec: true, mode: "1777" } }),
        ...(hardened && HARDENED_TMPFS),
    };
}
