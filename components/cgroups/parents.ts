import type { HostFacts } from "../host/facts";

/** Where the machine's cgroups hang below the root of a hierarchy. */
export interface CgroupParent {
    /** As the engine wants it in `--cgroup-parent`. */
    readonly name: string;
    /** The directory below `/sys/fs/cgroup` (v2) or below each hierarchy (v1). */
    readonly directory: string;
    /** The unit of the host's systemd that it is; empty where the engine makes cgroups itself. */
    readonly slice: string;
}

/** Where a machine's cgroups are. */
export interface MachineCgroups {
    /** The machine's own, which carries its limits. */
    readonly parent: CgroupParent;
    /** The one inside it: who may write in here can't raise the limits that are set on its parent. */
    readonly delegated: CgroupParent;
    /** The cgroup that the engine puts PID 1 into isn't its root's to write, or isn't in here at all: it has to go to one that is. */
    readonly strange: boolean;
}

/** What of a host decides where they are. */
type CgroupHost = Pick<HostFacts, "cgroupDriver" | "cgroupRoot" | "usernsRemap">;

/** The sandbox's cgroup: parent of all of its machines' parents. */
export function sandboxCgroup(sandbox: string, host: CgroupHost): CgroupParent {
    return cgroup([`sandbox_${escape(sandbox)}`], host);
}

/** The machine's own: nothing beside it is writable from inside, not even a sibling of the same sandbox. */
export function machineCgroups(sandbox: string, machine: string, host: CgroupHost): MachineCgroups {
    const levels = [`sandbox_${escape(sandbox)}`, escape(machine)];
    return {
        parent: cgroup(levels, host),
        delegated: cgroup([...levels, "delegated"], host),
        strange: host.usernsRemap || host.cgroupDriver === "none",
    };
}

/** In a slice's name `-` separates levels (systemd.slice(5)), so a name's own dashes become underscores. */
function escape(name: string): string {
    return name.replace(/-/g, "_");
}

function cgroup(levels: string[], { cgroupDriver, cgroupRoot }: CgroupHost): CgroupParent {
    if (cgroupDriver !== "systemd") {
        const directory = `${cgroupRoot}/${levels.join("/")}`;
        return { name: directory, directory, slice: "" };
    }
    const slices = levels.map((_, depth) => `${levels.slice(0, depth + 1).join("-")}.slice`);
    const slice = slices[slices.length - 1];
    return { name: slice, directory: `${cgroupRoot}/${slices.join("/")}`, slice };
}
