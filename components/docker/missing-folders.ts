import type { MachineSpec } from "../machine/arguments";
import { member } from "../rules/member";
import type { Problem } from "../rules/problem";
import type { HostLook } from "./look";

/** Folders that the host doesn't have: its engine would say so with half of the sandbox made, and without the argument's name. */
export function missingFolders(
    { folders }: Pick<MachineSpec, "folders">,
    { missingPaths }: Pick<HostLook, "missingPaths">,
    prefix = "",
): Problem[] {
    return folders
        .filter(({ hostPath }) => missingPaths.includes(hostPath))
        .map(({ path, hostPath }) => ({
            argument: `${prefix}${member("folders", path)}.hostPath`,
            with: "this host",
            why: `it has no ${hostPath}`,
            mend: "Make it there first, or name another path",
        }));
}
