import { randomInt } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { CgroupAccess } from "../../components";
import { machineCgroups, sandboxCgroup } from "../../components/cgroups/parents";
import type { HostFacts } from "../../components/host/facts";
import { docker } from "./docker";
import { feed } from "./feed";

/** What the outcome of an attempt depends on, beside the access. */
interface Circumstances {
    readonly nsdelegate: boolean;
    readonly podman?: boolean;
    readonly appArmor?: boolean;
    /** There is no other sandbox on the host, or none that counts. */
    readonly alone?: boolean;
    /** Root of the machine is another user of the host … */
    readonly mapped?: boolean;
    /** … because root's engine maps it. */
    readonly remapped?: boolean;
}

/** What must come of each attempt to get out of a machine, as in-machine/escape.py names them. */
export function expectedOutcomes(
    access: CgroupAccess,
    { nsdelegate, podman, appArmor, alone, mapped, remapped }: Circumstances,
): Record<string, string> {
    // Where it maps users, the engine mounts the other hierarchies writable: their files are the host's root's.
    const otherHierarchies = access === "v1-parent" && remapped ? "EACCES" : "EROFS";
    const outsideItsCgroup: Record<string, string> = ["v2-writable", "v2-userns", "podman"].includes(access)
        ? {
              "see the host's cgroups": "hidden",
              // What a namespace may do to its own root is nsdelegate's business (cgroups(7)); without it, limits need
              // a parent of their own, which is what a machine with limits gets.
              "raise its own limits": access === "v2-userns" ? "EACCES" : nsdelegate ? "EPERM" : "done",
          }
        : {
              "create a cgroup at the root": "EROFS",
              "create a cgroup beside its own": "EROFS",
              "move to the root": "EROFS",
              "move beside its own": "EROFS",
              ...(access !== "v2-named" && { "raise its own limits": otherHierarchies }),
              ...(access === "v2-parent" && { "make a node for the host's disk": "EPERM" }),
              ...(access === "v1-parent" && { "allow itself devices": otherHierarchies }),
              ...(access !== "v2-parent" && { "set the release agent": "EROFS" }),
          };
    // Docker's seccomp profile stops it before AppArmor does, Podman's leaves it to AppArmor and the capabilities.
    const mounting = podman && appArmor ? "EACCES" : "EPERM";
    return {
        ...outsideItsCgroup,
        "remount /sys/fs/cgroup": mounting,
        "mount cgroup2": mounting,
        // Podman's own seccomp profile lets everybody; what it gives is no right outside of it.
        "make a user namespace": podman ? (appArmor ? "EACCES" : "done") : "EPERM",
        "open the host's disk": "EPERM",
        "open it from a cgroup of its own making": "EPERM",
        "open /dev/mem": "EPERM",
        "open /dev/kmsg": "EPERM",
        "read /proc/kmsg": mapped ? "EACCES" : "EPERM",
        "read /proc/kcore": appArmor ? "EACCES" : "hidden",
        "set the core pattern": "EROFS",
        "see foreign processes": "hidden",
        ...(!alone && { "reach another sandbox's machine": "hidden" }),
    };
}

const ESCAPE = readFileSync(join(__dirname, "in-machine", "escape.py"), "utf8");

/** Starts a process in a machine that no other machine may see, and gives its command line. */
export async function mark(machine: string, environment: Record<string, string>): Promise<string> {
    const seconds = 31_536_000 + randomInt(31_536_000);
    await docker(["exec", "--detach", machine, "sleep", `${seconds}`], environment);
    return `sleep ${seconds}`;
}

/** What isn't the machine's: a process, and the address of another sandbox's machine where there is one. */
interface Foreign {
    readonly process: string;
    readonly address?: string;
}

/** Tries to get out of a machine, and says what came of each attempt. */
export async function escape(
    { container, sandbox, access }: { container: string; sandbox: string; access: CgroupAccess },
    { process, address = "" }: Foreign,
    environment: Record<string, string>,
    facts: HostFacts,
): Promise<Record<string, string>> {
    const machine = container.slice(`${sandbox}-`.length);
    const cgroups = [sandboxCgroup(sandbox, facts), machineCgroups(sandbox, machine, facts).parent];
    const directories = cgroups.map(({ directory }) => directory);
    const python = ["exec", "-i", container, "python3", "-", access, ...directories, process, address];
    return JSON.parse(await feed(python, ESCAPE, environment)) as Record<string, string>;
}
