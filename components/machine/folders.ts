import type * as docker from "@pulumi/docker";
import { existsSync } from "node:fs";
import * as path from "node:path";
import type { Problem } from "../problems";

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

/** The folders as the container gets them. */
export function folderMounts(folders: Record<string, FolderArgs> = {}): docker.types.input.ContainerMount[] {
    // Mounts, not `volumes`: there the engine would make a missing path of the host, as root, and say nothing.
    return Object.entries(folders).map(([target, { hostPath, writable }]) => ({
        type: "bind",
        source: path.resolve(hostPath),
        target,
        readOnly: !writable,
    }));
}

/** Everything wrong with one machine's folders; their paths inside are looked at in mounts.ts. */
export function folderProblems(folders: Record<string, FolderArgs> = {}, argument: string): Problem[] {
    return Object.entries(folders).flatMap(([target, { hostPath }]) =>
        // An absolute path may be another host's: the engine says whether it is there.
        hostPath && (path.isAbsolute(hostPath) || existsSync(hostPath))
            ? []
            : [
                  {
                      argument: `${argument}["${target}"].hostPath`,
                      value: hostPath,
                      allowed: `an absolute path, or one that exists below the program's working directory (${process.cwd()})`,
                  },
              ],
    );
}
