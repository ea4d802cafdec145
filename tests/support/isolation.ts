import { randomInt } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { CgroupAccess } from "../../components";
import { machineCgroup, sandboxCgroup } from "../../components/cgroup-parent";
import type { HostFacts } from "../../components/facts";
import { docker } from "./docker";
import { feed } from "./feed";

/** What the outcome of an attempt depends on, beside the access. */
interface Circumstances {
    readonly nsdelegate: boolean;
    readonly podman?: boolean;
    readonly appArmor?: boolean;
    /** There is no other sandbox on the host, or none that counts. */
    readonly alone?: boolean;
}

/** What must come of each attempt to get out of a machine, as in-machine/escape.py names them. */
export function expectedOutcomes(
    access: CgroupAccess,
    { nsdelegate, podman, appArmor, alone }: Circumstances,
): Record<string, string> {
    const outsideItsCgroup: Record<string, string> =
        access === "v2-writable" || access === "podman"
            ? {
                  "see the host's cgroups": "hidden",
                  // What a namespace may do to its own root is nsdelegate's business (cgroups(7)); without it, limits need
                  // a parent of their own, which is what a machine with limits gets.
                  "raise its own limits": nsdelegate ? "EPERM" : "done",
              }
            : {
                  "create a cgroup at the root": "EROFS",
                  "create a cgroup beside its own": "EROFS",
                  "move to the root": "EROFS",
                  "move beside its own": "EROFS",
                  ...(access !== "v2-named" && { "raise its own limits": "EROFS" }),
                  ...(access === "v2-parent" && { "make a node for the host's disk": "EPERM" }),
                  ...(access === "v1-parent" && { "allow itself devices": "EROFS" }),
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
        "read /proc/kmsg": "EPERM",
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
    driver: HostFacts["cgroupDriver"] = "cgroupfs",
): Promise<Record<string, string>> {
    const machine = container.slice(`${sandbox}-`.length);
    const cgroups = [sandboxCgroup(sandbox, driver), machineCgroup(sandbox, machine, driver)];
    const directories = cgroups.map(({ directory }) => directory);
    const python = ["exec", "-i", container, "python3", "-", access, ...directories, process, address];
    return JSON.parse(await feed(python, ESCAPE, environment)) as Record<string, string>;
}
