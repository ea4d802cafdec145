import type { CgroupAccess } from "../cgroups";
import type { HostFacts } from "../facts";

/** What the host's own kernel says, read by a container without any right (setup.sh, `plan`). */
export interface HostPlan {
    /** Changes when the host reboots, which takes its mounts and cgroups away. */
    readonly bootId: string;
    /** `fs.inotify.max_user_instances`: each systemd takes about ten. */
    readonly inotifyInstances: number;
    /** Whether the kernel keeps a cgroup namespace from changing its own limits (cgroups(7), nsdelegate). */
    readonly nsdelegate: boolean;
    /** Why the kernel can't have a named hierarchy; empty where it can. */
    readonly namedRefused: string;
    /** Where the set-up will mount a `name=systemd` hierarchy, its only privileged step; empty where it needn't. */
    readonly mount: string;
}

/** The plan that setup.sh printed; `undefined` where the host has no image yet that it could have looked from. */
export function parseHostPlan(stdout: string): HostPlan | undefined {
    return (JSON.parse(stdout) as HostPlan | null) ?? undefined;
}

/** Why the machines can't be on a host that the Docker API found good; `undefined` where they can. */
export function refusePlan(plan: HostPlan, access: CgroupAccess): string | undefined {
    if (plan.mount === "" || plan.namedRefused === "") {
        return undefined;
    }
    return (
        `Access ${access} needs a name=systemd hierarchy, and this host can have none: ${plan.namedRefused}. ` +
        "Choose a distribution with systemd 233 or newer, or boot the host with a kernel that allows it."
    );
}

/** What a preview says of the set-up: whether anything in it is privileged, and what. */
export function announcePlan(
    plan: HostPlan | undefined,
    access: CgroupAccess,
    driver: HostFacts["cgroupDriver"],
): string {
    if (plan === undefined) {
        return `Host set-up for ${access}: whether it takes a privileged step shows once the image is on the host.`;
    }
    const mount =
        plan.mount === ""
            ? "no privileged step."
            : "one privileged step, a container with CAP_SYS_ADMIN, CAP_SYS_CHROOT and CAP_SYS_PTRACE " +
              `that mounts a name=systemd hierarchy at ${plan.mount} of the host.`;
    const slices =
        driver === "systemd"
            ? " The host's systemd, which manages cgroups, is told by its own socket to limit machines and to stop the sandbox's slice."
            : "";
    return `Host set-up for ${access}: ${mount}${slices}`;
}
