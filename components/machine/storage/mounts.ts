import { member } from "../../rules/member";
import { isBelow, isWithin, pathProblems } from "../../rules/path";
import type { BadValue } from "../../rules/problem";
import type { FilesArgs } from "../files/files";
import { fileOnTheWay, withoutLinks } from "../files/hierarchy";
import type { SyncedFoldersArgs } from "./folders";
import type { TmpfsDirectoriesArgs } from "./tmpfs";
import type { VolumesArgs } from "./volumes";

/** The arguments that mount something. */
export type MountingArgs = SyncedFoldersArgs & TmpfsDirectoriesArgs & VolumesArgs;

interface Mount {
    readonly argument: string;
    readonly path: string;
    /** Whether it may be a file that is mounted. */
    readonly mayBeFile?: boolean;
    /** Why no file can be put below before the machine starts; nothing where it can. */
    readonly noFiles?: string;
}

/** What is wrong with the paths of all that is mounted in one machine, and of the files that a mount would hide. */
export function mountProblems(args: MountingArgs & FilesArgs, prefix: string): BadValue[] {
    const mounts = mountsOf(args, prefix);
    return [
        ...mounts.flatMap(targetProblems),
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
            mayBeFile: true,
            noFiles: "would be written to the host",
        })),
        ...Object.entries(volumes)
            .filter(([, { path }]) => path !== undefined)
            .map(([volume, { path, readOnly }]) => ({
                argument: `${member(`${prefix}volumes`, volume)}.path`,
                path,
                noFiles: readOnly ? "could not be written" : undefined,
            })),
    ];
}

/** What systemd and the engine mount themselves. */
const TAKEN = /^\/(run(\/lock)?|proc|sys|dev|(proc|sys|dev)\/.*)$/;

function targetProblems({ argument, path, mayBeFile = false }: Mount): BadValue[] {
    const allowed = "the absolute path of a directory inside the machine, not /";
    const wrong = pathProblems(argument, path, allowed);
    if (wrong.length > 0) {
        return wrong;
    }
    // Docker's own words for a mount have a colon between its parts.
    if (path.includes(":")) {
        return [{ argument, value: path, allowed: `${allowed}, without a colon` }];
    }
    if (TAKEN.test(withoutLinks(path))) {
        return [{ argument, value: path, allowed: "a path that neither systemd nor the engine mounts something on" }];
    }
    const file = fileOnTheWay(path);
    return file === undefined || (mayBeFile && file === path)
        ? []
        : [{ argument, value: path, allowed: `the path of a directory; ${file} is a file` }];
}

function clashes({ argument, path }: Mount, earlier: readonly Mount[]): BadValue[] {
    const other = earlier.find((mount) => withoutLinks(mount.path) === withoutLinks(path));
    return other === undefined
        ? []
        : [{ argument, value: path, allowed: `a path where nothing else is mounted; ${other.argument} has it too` }];
}

function misplacedFile(file: string, argument: string, mounts: readonly Mount[]): BadValue[] {
    const target = mounts.find(({ path }) => isWithin(path, file));
    if (target !== undefined) {
        return [
            { argument, value: file, allowed: `a path where no directory is; ${target.argument} has ${target.path}` },
        ];
    }
    const mount = mounts.find(({ path, noFiles }) => noFiles !== undefined && isBelow(file, path));
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
