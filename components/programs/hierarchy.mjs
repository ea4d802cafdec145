import { Failure } from "./failure.mjs";
import { onHost, oneShot, probe } from "./one-shot.mjs";
import { printableLines } from "./printable.mjs";

/**
 * Says on the host that a sandbox uses a hierarchy of ours. The engine makes the place where there is none.
 *
 * @param {string} image
 * @param {string} reservations directory on the host
 * @param {string} cgroup the sandbox's
 */
export function reserve(image, reservations, cgroup) {
    const options = [`--volume=${reservations}:/reservations`];
    return oneShot(image, "reserve", { options, environment: { CGROUP: cgroup } });
}

/**
 * Mounts a name=systemd hierarchy on the host, the one privileged step of the set-up, and makes sure that containers see it.
 *
 * @param {string} image
 * @param {string} at
 */
export async function mountHierarchy(image, at) {
    console.error(`No name=systemd hierarchy at ${at} of the host: mounting one.`);
    const answer = await onHost(image, "mount-hierarchy", { TARGET: at });
    if (answer.status !== 0) {
        throw new Failure(
            `The name=systemd hierarchy could not be mounted at ${at} on the host: ${printableLines(answer.stderr.trim())}`,
            "The mount takes CAP_SYS_ADMIN, CAP_SYS_CHROOT and CAP_SYS_PTRACE in a one-shot container.",
            `If it must not get them, do it yourself: mkdir -p ${at} && mount -t cgroup -o none,name=systemd,xattr cgroup ${at}`,
        );
    }
    if (!(await probe(image, at)).hierarchy) {
        throw new Failure(
            `The name=systemd hierarchy was mounted at ${at} of the host, but containers don't see it there.`,
        );
    }
}
