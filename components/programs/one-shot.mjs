import { readFileSync } from "node:fs";
import { ask, docker } from "./engine.mjs";
import { LABEL_PREFIX } from "./labels.mjs";
import { variable } from "./variables.mjs";

/** By it a one-shot is known that was never started: who made it was killed, and `--rm` is for what has run. */
export const ONE_SHOT = `${LABEL_PREFIX}one-shot`;

/**
 * Runs a script of on-host/ in a container that is gone afterwards: no network, no capability, nothing written; each use
 * adds just what its step needs. label=disable: SELinux lets no container touch cgroups otherwise, and it is harmless
 * where there is no SELinux. userns=host: an engine that maps users gives root of the host nowhere else, whose the host's files are.
 *
 * @param {string} image the machines' own, for its shell
 * @param {string} script name of the file, without `.sh`
 * @param {{ options?: string[], environment?: Record<string, string> }} [how]
 */
export function oneShot(image, script, { options = [], environment = {} } = {}) {
    return docker([...run(options, environment), image, "/bin/sh", "-euc", text(script)]);
}

/**
 * The same in the host's mount namespace. A container's parent process is its shim, which lives in the namespace from which
 * the engine resolves binds: a mount made there is the one that machines get, whatever namespace the engine was started in.
 * Its cgroup namespace is the host's: from another one the kernel lets nobody make a hierarchy (cgroup-v1.c, EPERM).
 *
 * @param {string} image
 * @param {string} script
 * @param {Record<string, string>} environment
 */
export function onHost(image, script, environment) {
    const rights = ["SYS_ADMIN", "SYS_CHROOT", "SYS_PTRACE"].map((capability) => `--cap-add=${capability}`);
    const options = ["--pid=host", ...rights, "--security-opt=apparmor=unconfined"];
    const enter = 'exec nsenter --mount="/proc/$PPID/ns/mnt" --cgroup="/proc/$PPID/ns/cgroup" /bin/sh -euc "$0"';
    return ask([...run(options, environment), image, "/bin/sh", "-c", enter, text(script)]);
}

/** What the host's kernel says. @typedef {{ bootId: string, inotifyInstances: number, nsdelegate: boolean, hierarchy: boolean, namedRefused: string, delegated: boolean }} Kernel */

/**
 * Asks the host's kernel, in a container without any right.
 *
 * @param {string} image
 * @param {string} hierarchy where a name=systemd hierarchy would have to be on the host; empty where none is needed
 * @param {string} [delegated] a cgroup that the engine's user would have to own; empty where the engine is root's
 * @returns {Promise<Kernel>}
 */
export async function probe(image, hierarchy, delegated = "") {
    // With the host's names of cgroups, its own among them.
    const options = ["--cgroupns=host", "--volume=/sys/fs/cgroup:/sys/fs/cgroup:ro"];
    const seen = "/hierarchy";
    // --mount, unlike --volume, makes no directory where there is none; it fails, and that is the answer.
    const own = hierarchy === "" ? [] : [`--mount=type=bind,source=${hierarchy},target=${seen},readonly`];
    const environment = { HIERARCHY: hierarchy === "" ? "" : seen, DELEGATED: delegated };
    const printed = await oneShot(image, "probe", { options: [...options, ...own], environment }).catch(() =>
        oneShot(image, "probe", { options, environment }),
    );
    const of = (/** @type {string} */ name) => new RegExp(`^${name}=(.*)$`, "m").exec(printed)?.[1] ?? "";
    return {
        bootId: of("bootId"),
        inotifyInstances: Number(of("inotifyInstances")),
        nsdelegate: of("nsdelegate") === "true",
        hierarchy: of("hierarchy") === "true",
        namedRefused: of("namedRefused"),
        delegated: of("delegated") === "true",
    };
}

/**
 * @param {string[]} options
 * @param {Record<string, string>} environment
 */
function run(options, environment) {
    return [
        ...["run", "--rm", "--network=none", "--log-driver=none", "--read-only", "--cap-drop=ALL"],
        ...["--security-opt=no-new-privileges", "--security-opt=label=disable", "--userns=host"],
        ...[`--label=${ONE_SHOT}=${variable("SANDBOX")}`, ...options],
        ...Object.entries(environment).map(([name, value]) => `--env=${name}=${value}`),
    ];
}

/** @param {string} script */
function text(script) {
    return readFileSync(new URL(`on-host/${script}.sh`, import.meta.url), "utf8");
}
