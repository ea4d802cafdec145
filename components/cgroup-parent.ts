import type { HostFacts } from "./facts";

/** Where the machine's cgroups hang below the root of a hierarchy. */
export interface CgroupParent {
    /** As the engine wants it in `--cgroup-parent`. */
    readonly name: string;
    /** The directory below `/sys/fs/cgroup` (v2) or below each hierarchy (v1). */
    readonly directory: string;
    /** The unit of the host's systemd that it is; empty where the engine makes cgroups itself. */
    readonly slice: string;
}

/** The sandbox's cgroup: parent of all of its machines' parents. */
export function sandboxCgroup(sandbox: string, driver: HostFacts["cgroupDriver"]): CgroupParent {
    return cgroup([`sandbox_${escape(sandbox)}`], driver);
}

/** The machine's own parent: nothing beside it is writable from inside, not even a sibling of the same sandbox. */
export function machineCgroup(sandbox: string, machine: string, driver: HostFacts["cgroupDriver"]): CgroupParent {
    return cgroup([`sandbox_${escape(sandbox)}`, escape(machine)], driver);
}

/** Inside the machine's parent, so that the limits set on the parent can't be raised by who may write in here. */
export function delegatedCgroup(sandbox: string, machine: string, driver: HostFacts["cgroupDriver"]): CgroupParent {
    return cgroup([`sandbox_${escape(sandbox)}`, escape(machine), "delegated"], driver);
}

/** In a slice's name `-` separates levels (systemd.slice(5)), so a name's own dashes become underscores. */
function escape(name: string): string {
    return name.replaceAll("-", "_");
}

function cgroup(levels: string[], driver: HostFacts["cgroupDriver"]): CgroupParent {
    if (driver === "cgroupfs") {
        const directory = `/${levels.join("/")}`;
        return { name: directory, directory, slice: "" };
    }
    const slices = levels.map((_, depth) => `${levels.slice(0, depth + 1).join("-")}.slice`);
    const slice = slices[slices.length - 1];
    return { name: slice, directory: `/${slices.join("/")}`, slice };
}
