import type { HostFacts } from "../host/facts";
import type { MachineCgroups } from "./parents";
import type { CgroupSettings } from "./settings";

/** The ways in which a machine gets a cgroup subtree that its systemd may write (docs/hosts.md has the measured table). */
export const CgroupAccess = {
    /** Legacy hierarchies: only the machine's own parent of the `name=systemd` hierarchy is writable. */
    v1Parent: "v1-parent",
    /** Unified hierarchy: only the machine's own parent is writable. */
    v2Parent: "v2-parent",
    /** Unified hierarchy, engine 28 and newer: a private, writable cgroup namespace. */
    v2Writable: "v2-writable",
    /** Unified hierarchy, an engine that maps users, and a host's systemd that gives them their cgroups. */
    v2Userns: "v2-userns",
    /** A systemd too old for the unified hierarchy gets a `name=systemd` hierarchy of its own beside it. */
    v2Named: "v2-named",
    /** Podman mounts what systemd needs when it sees that PID 1 is `/sbin/init`. */
    podman: "podman",
} as const;
export type CgroupAccess = (typeof CgroupAccess)[keyof typeof CgroupAccess];

/** One of them: where it works, and what it takes. */
export interface Access {
    readonly name: CgroupAccess;
    /** Why machines of that systemd get it in this way on such a host; `undefined` where they can't. */
    readonly suits: (facts: HostFacts, systemdVersion: number) => string | undefined;
    /** The container's settings for it; each line is needed, and says what for. */
    readonly settings: (cgroups: MachineCgroups, systemdVersion: number) => CgroupSettings;
    /** Limits of the container's own cgroup aren't enough, for root in the machine may write or leave it: they need one around it. */
    readonly writesItsLimits: boolean;
    /** The directory in which the machine makes its cgroups, where its root has to own it before. */
    readonly ground?: (cgroups: MachineCgroups) => string;
    /** Only a kernel with nsdelegate keeps a machine from raising limits of its own root (cgroups(7)). */
    readonly wantsNsdelegate?: boolean;
    /** A `name=systemd` hierarchy that the host must have; the set-up mounts it where it is missing. */
    readonly hierarchy?: NamedHierarchy;
}

export interface NamedHierarchy {
    /** Where it is mounted on the host. */
    readonly at: string;
    /** Where sandboxes say that they use it, if it is one of ours: it goes with the last of them. Others stay. */
    readonly reservations?: string;
}

/** Whether the host has to give the machine's ground to its root: what the engine makes is root's of the host. */
export function needsGift({ usernsRemap }: HostFacts, { ground }: Access): boolean {
    return usernsRemap && ground !== undefined;
}
