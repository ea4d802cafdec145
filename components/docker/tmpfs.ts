import type { MachineSpec } from "../machine/arguments";
import { HARDENED_TMPFS } from "../machine/confinement/hardening";
import type { Tmpfs } from "../machine/storage/tmpfs";

/** Path → mount options (tmpfs(5), mount(8)). */
export type TmpfsOptions = Readonly<Record<string, string>>;

/** Everything that is in the memory of a machine: what systemd needs there, unless the person mounts something in its place, and the person's own. */
export function machineTmpfs(spec: MachineSpec, systemdVersion: number): TmpfsOptions {
    const mounted = new Set([...spec.folders, ...spec.volumes].map(({ path }) => path));
    const own = Object.entries(systemTmpfs(spec, systemdVersion)).filter(([path]) => !mounted.has(path));
    const all = { ...Object.fromEntries(own), ...spec.tmpfs };
    return Object.fromEntries(Object.entries(all).map(([path, tmpfs]) => [path, options(tmpfs, spec)]));
}

/** One of systemd's own has a share of the memory where it has no size. */
interface SystemTmpfs extends Tmpfs {
    readonly percent?: number;
}

/** `/tmp` must already be a tmpfs from this version on, else its own tmp.mount fails without CAP_SYS_ADMIN. */
const FIRST_SYSTEMD_WITH_TMP_MOUNT = 257;

/** What systemd expects to be mounted already, since it may not mount it (file-hierarchy(7)); its own sizes (TMPFS_LIMITS, mount-setup.c). */
function systemTmpfs({ hardened }: MachineSpec, systemdVersion: number): Record<string, SystemTmpfs> {
    return {
        // exec: Docker's default is noexec, a host's /run is not; provisioning tools unpack there.
        "/run": { exec: true, mode: "755", percent: 20 },
        // Debian's systemd mounts it itself otherwise, and fails; the size is that of its run-lock.mount.
        "/run/lock": { exec: false, mode: "1777", bytes: 5 * 2 ** 20 },
        ...(systemdVersion >= FIRST_SYSTEMD_WITH_TMP_MOUNT && { "/tmp": { exec: true, mode: "1777" } }),
        ...(hardened && HARDENED_TMPFS),
    };
}

/** The kernel's own default is half of the host's memory: to fill that would end a machine that has a limit (tmpfs(5)). */
const USUAL_PERCENT = 50;

function options({ exec, mode, bytes, percent = USUAL_PERCENT }: SystemTmpfs, { limits }: MachineSpec): string {
    const share =
        limits.memory === undefined ? `${percent}%` : `${Math.ceil((limits.memory * 2 ** 20 * percent) / 100)}`;
    return ["rw", exec ? "exec" : "noexec", "nosuid", "nodev", `mode=${mode}`, `size=${bytes ?? share}`].join(",");
}
