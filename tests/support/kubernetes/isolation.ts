import { randomInt } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { ClusterAccess } from "../../../components/kubernetes/access";
import type { Cluster } from "./cluster";
import { feedPod, inPod } from "./sandbox";

/** A machine of a cluster. */
export interface PodPlace {
    readonly namespace: string;
    readonly pod: string;
}

/** What must come of each attempt to get out of a Pod, as in-machine/escape.py names them. */
export function expectedOutcomes(
    access: ClusterAccess,
    { nsdelegate }: { nsdelegate: boolean },
): Record<string, string> {
    const users = access === "runtime-class-users";
    // PID 1 has made itself namespaces in which it may mount, and make more: what is in them was the Pod's before.
    const within = access === "own-namespaces" ? "done" : "EPERM";
    return {
        "see the host's cgroups": "hidden",
        // The limits of its topmost cgroup are files of the runtime's, who keeps them: only root of the node may write them. Else what a
        // namespace may do to its own root is nsdelegate's business (cgroups(7)); the Pod's own cgroup is above, with its limits.
        "raise its own limits": users ? "EACCES" : nsdelegate ? "EPERM" : "done",
        "remount /sys/fs/cgroup": within,
        "mount cgroup2": within,
        "make a user namespace": within,
        "open the host's disk": "EPERM",
        "open it from a cgroup of its own making": "EPERM",
        "open /dev/mem": "EPERM",
        "open /dev/kmsg": "EPERM",
        "read /proc/kmsg": users ? "EACCES" : "EPERM",
        "read /proc/kcore": "hidden",
        "set the core pattern": "EROFS",
        "see foreign processes": "hidden",
        "make /proc/sys writable": "EPERM",
        "make /sys writable": "EPERM",
        "mount a /proc of its own": "EPERM",
        "mount a /sys of its own": "EPERM",
        "be somebody to the cluster": "hidden",
        "reach another sandbox's machine": "hidden",
    };
}

const ESCAPE = readFileSync(join(__dirname, "..", "in-machine", "escape.py"), "utf8");

/** Starts a process in a machine that no other machine may see, with a server to which none of another sandbox may come, and gives its command line. */
export async function mark(cluster: Cluster, { namespace, pod }: PodPlace): Promise<string> {
    const process = `python3 -m http.server 9 --directory /srv/${randomInt(2 ** 40)}`;
    const answers =
        "curl --silent --output /dev/null --retry 20 --retry-connrefused --retry-delay 1 http://127.0.0.1:9/";
    await inPod(cluster, namespace, pod, `systemd-run --quiet ${process} && ${answers}`);
    return process;
}

/** Tries to get out of a machine, and says what came of each attempt. */
export async function escape(
    cluster: Cluster,
    place: PodPlace,
    foreign: { readonly process: string; readonly address: string },
): Promise<Record<string, string>> {
    // A service: with `own-namespaces`, it has more rights than who comes in by `kubectl exec`.
    const service = ["systemd-run", "--quiet", "--pipe", "--wait"];
    const words = ["python3", "-", "pod", "", "", foreign.process, foreign.address];
    return JSON.parse(await feedPod(cluster, place, ESCAPE, ...service, ...words)) as Record<string, string>;
}
