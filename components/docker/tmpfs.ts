import type { MachineSpec } from "../machine/arguments";
import { inMemory, type InMemory, mostBytes, percentOf } from "../machine/storage/in-memory";

/** Path → mount options (tmpfs(5), mount(8)). */
export type TmpfsOptions = Readonly<Record<string, string>>;

/** Everything that is in the memory of a machine. */
export function machineTmpfs(spec: MachineSpec, systemdVersion: number): TmpfsOptions {
    const all = Object.entries(inMemory(spec, systemdVersion));
    return Object.fromEntries(all.map(([path, tmpfs]) => [path, options(tmpfs, spec)]));
}

function options(tmpfs: InMemory, spec: MachineSpec): string {
    const { exec, mode } = tmpfs;
    const size = mostBytes(tmpfs, spec) ?? `${percentOf(tmpfs)}%`;
    return ["rw", exec ? "exec" : "noexec", "nosuid", "nodev", `mode=${mode}`, `size=${size}`].join(",");
}
