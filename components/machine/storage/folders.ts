import { existsSync } from "node:fs";
import * as path from "node:path";
import { member } from "../../rules/member";
import type { BadValue } from "../../rules/problem";
import type { ArgumentTable } from "../argument";

/** A directory or file of the host that the machine sees as it is at any moment. */
export interface FolderArgs {
    /**
     * The path on the host of the engine. A relative one is relative to the working directory of the Pulumi program, which
     * must then run on that host; Docker needs it absolute, so state holds it like that.
     */
    hostPath: string;
    /**
     * Lets the machine write to it, as the host's root user.
     * @default false
     */
    writable?: boolean;
}

/** What a machine sees of its host. */
export interface SyncedFoldersArgs {
    /**
     * Directories or files of the host (synced folders): absolute path inside the machine → path on the host.
     * @default none
     */
    folders?: Record<string, FolderArgs>;
}

/** A folder, with its path on the host made absolute. */
export interface Folder {
    readonly path: string;
    readonly hostPath: string;
    readonly writable: boolean;
}

export interface FolderSpec {
    readonly folders: readonly Folder[];
}

function folderSpec(folders: Readonly<Record<string, FolderArgs>> = {}): FolderSpec {
    return {
        folders: Object.entries(folders).map(([inside, { hostPath, writable = false }]) => ({
            path: inside,
            hostPath: path.resolve(hostPath),
            writable,
        })),
    };
}

/** The engine takes NUL for the end, and nobody has the others in a path. */
const CONTROL = /[\u0000-\u001f\u007f]/;

/** Everything wrong with one machine's folders; their paths inside are looked at in mounts.ts. */
function folderProblems(folders: Readonly<Record<string, FolderArgs>>, argument: string): BadValue[] {
    return Object.entries(folders).flatMap(([target, { hostPath }]) =>
        // An absolute path may be another host's: the engine says whether it is there.
        hostPath && !CONTROL.test(hostPath) && (path.isAbsolute(hostPath) || existsSync(hostPath))
            ? []
            : [
                  {
                      argument: `${member(argument, target)}.hostPath`,
                      value: hostPath,
                      allowed: `an absolute path, or one that exists below the program's working directory (${process.cwd()})`,
                  },
              ],
    );
}

export const FOLDERS = {
    folders: { problems: folderProblems, spec: folderSpec },
} satisfies ArgumentTable<SyncedFoldersArgs, FolderSpec>;
