import type { Problem } from "../problems";
import type { FileArgs } from "./files";
import type { FolderArgs } from "./folders";
import { PLAIN_PATH } from "./path";
import type { TmpfsArgs } from "./tmpfs";
import type { VolumeArgs } from "./volumes";

/** The arguments that mount something, or could be hidden by a mount. */
export interface MountingArgs {
    readonly files?: Record<string, FileArgs>;
    readonly folders?: Record<string, FolderArgs>;
    readonly tmpfs?: Record<string, TmpfsArgs>;
    readonly volumes?: Record<string, VolumeArgs>;
}

/** The tmpfs that a machine has anyway, without those in whose place the person mounts something. */
export function withoutMounted(
    tmpfs: Readonly<Record<string, string>>,
    { folders = {}, volumes = {} }: MountingArgs,
): Record<string, string> {
    const mounted = new Set([...Object.keys(folders), ...Object.values(volumes).map(({ path }) => path)]);
    return Object.fromEntries(Object.entries(tmpfs).filter(([path]) => !mounted.has(path)));
}

interface Mount {
    readonly argument: string;
    readonly path: string;
    /** Why no file can be put below before the machine starts; nothing where it can. */
    readonly noFiles?: string;
}

/** What is wrong with the paths of all that is mounted in one machine. */
export function mountProblems(args: MountingArgs, prefix: string): Problem[] {
    const mounts = mountsOf(args, prefix);
    return [
        ...mounts.flatMap(pathProblems),
        ...mounts.flatMap((mount, index) => clashes(mount, mounts.slice(0, index))),
        ...Object.keys(args.files ?? {}).flatMap((file) => misplacedFile(file, `${prefix}files`, mounts)),
    ];
}

function mountsOf({ folders = {}, tmpfs = {}, volumes = {} }: MountingArgs, prefix: string): Mount[] {
    return [
        ...Object.keys(tmpfs).map((path) => ({ argument: `${prefix}tmpfs`, path, noFiles: "would be hidden" })),
        ...Object.keys(folders).map((path) => ({
            argument: `${prefix}folders`,
            path,
            noFiles: "would be written to the host",
        })),
        ...Object.entries(volumes).map(([volume, { path, readOnly }]) => ({
            argument: `${prefix}volumes.${volume}.path`,
            path,
            noFiles: readOnly ? "could not be written" : undefined,
        })),
    ];
}

/** What systemd and the engine mount themselves. */
const TAKEN = /^\/(run(\/lock)?|proc|sys|dev|(proc|sys|dev)\/.*)$/;

function pathProblems({ argument, path }: Mount): Problem[] {
    // Docker's own words for a mount have a colon between its parts.
    if (typeof path !== "string" || !PLAIN_PATH.test(path) || path.includes(":")) {
        return [{ argument, value: path, allowed: "the absolute path of a directory inside the machine, not /" }];
    }
    return TAKEN.test(path)
        ? [{ argument, value: path, allowed: "a path that neither systemd nor the engine mounts something on" }]
        : [];
}

function clashes({ argument, path }: Mount, earlier: readonly Mount[]): Problem[] {
    const other = earlier.find((mount) => mount.path === path);
    return other === undefined
        ? []
        : [{ argument, value: path, allowed: `a path where nothing else is mounted; ${other.argument} has it too` }];
}

function misplacedFile(file: string, argument: string, mounts: readonly Mount[]): Problem[] {
    const mount = mounts.find(({ path, noFiles }) => noFiles !== undefined && file.startsWith(`${path}/`));
    return mount === undefined
        ? []
        : [
              {
                  argument,
                  value: file,
                  allowed: `a path outside of what is mounted; ${mount.argument} has ${mount.path}, where it ${mount.noFiles}`,
              },
          ];
}
