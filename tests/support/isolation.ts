import { randomInt } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { CgroupAccess } from "../../components";
import { machineCgroup, sandboxCgroup } from "../../components/cgroup-parent";
import type { HostFacts } from "../../components/facts";
import { docker } from "./docker";
import { feed } from "./feed";

/** What must come of each attempt to get out of a machine, as in-machine/escape.py names them. */
export function expectedOutcomes(
    access: CgroupAccess,
    { nsdelegate, podman, appArmor }: { nsdelegate: boolean; podman?: boolean; appArmor?: boolean },
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
    return {
        ...outsideItsCgroup,
        "remount /sys/fs/cgroup": "EPERM",
        "mount cgroup2": "EPERM",
        // Podman's own seccomp profile lets everybody; what it gives is no right outside of it.
        "make a user namespace": podman ? "done" : "EPERM",
        "open the host's disk": "EPERM",
        "open it from a cgroup of its own making": "EPERM",
        "open /dev/mem": "EPERM",
        "open /dev/kmsg": "EPERM",
        "read /proc/kmsg": "EPERM",
        "read /proc/kcore": appArmor ? "EACCES" : "hidden",
        "set the core pattern": "EROFS",
        "see another machine's processes": "hidden",
    };
}

const ESCAPE = readFileSync(join(__dirname, "in-machine", "escape.py"), "utf8");

/** Starts a process in a machine that no other machine may see, and gives its command line. */
export async function mark(machine: string, environment: Record<string, string>): Promise<string> {
    const seconds = 31_536_000 + randomInt(31_536_000);
    await docker(["exec", "--detach", machine, "sleep", `${seconds}`], environment);
    return `sleep ${seconds}`;
}

/** Tries to get out of a machine, and says what came of each attempt; `neighbours` is what {@link mark} gave. */
export async function escape(
    { container, sandbox, access }: { container: string; sandbox: string; access: CgroupAccess },
    neighbours: string,
    environment: Record<string, string>,
    driver: HostFacts["cgroupDriver"] = "cgroupfs",
): Promise<Record<string, string>> {
    const machine = container.slice(`${sandbox}-`.length);
    const cgroups = [sandboxCgroup(sandbox, driver), machineCgroup(sandbox, machine, driver)];
    const directories = cgroups.map(({ directory }) => directory);
    const python = ["exec", "-i", container, "python3", "-", access, ...directories, neighbours];
    return JSON.parse(await feed(python, ESCAPE, environment)) as Record<string, string>;
}
