import type * as pulumi from "@pulumi/pulumi";
import { type Access, needsGift } from "../cgroups/access";
import type { HostFacts } from "../host/facts";
import linux from "../programs/linux.json";
import type { Engine } from "./engine";
import { askProgram } from "../operations/program";

/** What the host's own kernel says, asked by a container without any right (programs/probe.mjs). */
export interface HostKernel {
    /** Changes when the host reboots, which takes its mounts and cgroups away. */
    readonly bootId: string;
    /** `fs.inotify.max_user_instances`: each systemd takes about ten. */
    readonly inotifyInstances: number;
    /** Whether the kernel keeps a cgroup namespace from changing its own limits (cgroups(7), nsdelegate). */
    readonly nsdelegate: boolean;
    /** Whether a name=systemd hierarchy is where the access needs one. */
    readonly hierarchy: boolean;
    /** Why the kernel can't have a named hierarchy; empty where it can. */
    readonly namedRefused: string;
    /** Whether the user whose engine it is owns the cgroup in which it would make those of machines, and the engine is in there. */
    readonly delegated: boolean;
}

/** What probe.mjs saw; `undefined` where the host has no image yet that it could have asked from. */
export function parseHostKernel(printed: string): HostKernel | undefined {
    return (JSON.parse(printed) as HostKernel | null) ?? undefined;
}

/** Where the set-up has to mount a name=systemd hierarchy, its only privileged step. */
function missingHierarchy(kernel: HostKernel, { hierarchy }: Access): string | undefined {
    return hierarchy === undefined || kernel.hierarchy ? undefined : hierarchy.at;
}

/** Why the machines can't be on a host that the Docker API found good; `undefined` where they can. */
export function reasonAgainstKernel(kernel: HostKernel, access: Access, facts: HostFacts): string | undefined {
    if (missingHierarchy(kernel, access) !== undefined && kernel.namedRefused !== "") {
        return (
            `Access ${access.name} needs a name=systemd hierarchy, and this host can have none: ${kernel.namedRefused}. ` +
            "Choose a distribution with systemd 233 or newer, or boot the host with a kernel that allows it."
        );
    }
    if (delegatedCgroup(facts) !== "" && !kernel.delegated) {
        return (
            `The rootless engine doesn't run in cgroups of its user's own: ${facts.cgroupRoot} isn't delegated to user ` +
            `${facts.containerRoot}, or the engine was started outside of it. Let the user's systemd run it, which has them: ` +
            "`dockerd-rootless-setuptool.sh install` as that user, and `loginctl enable-linger` for when nobody is logged in. " +
            "Another service manager has to delegate them, as systemd does with `Delegate=yes`."
        );
    }
    return undefined;
}

/** What has to be delegated to the engine's user; empty where the engine is root's. */
export function delegatedCgroup({ engine, rootless, cgroupRoot }: HostFacts): string {
    return engine === "docker" && rootless ? cgroupRoot : "";
}

/** As many as programs/prepare.mjs raises it to. */
const INOTIFY_INSTANCES = linux.inotifyInstances;

/** What a preview says of the set-up: whether anything in it is privileged, and what else it changes on the host. */
export function announceSetup(kernel: HostKernel | undefined, access: Access, facts: HostFacts): string {
    const setup = `Host set-up for ${access.name}:`;
    if (kernel === undefined) {
        return `${setup} whether it takes a privileged step shows once the image is on the host.`;
    }
    const mount = missingHierarchy(kernel, access);
    const said = [
        mount === undefined
            ? "no privileged step."
            : "one privileged step, a container with CAP_SYS_ADMIN, CAP_SYS_CHROOT and CAP_SYS_PTRACE " +
              `that mounts a name=systemd hierarchy at ${mount} of the host.`,
        needsGift(facts, access)
            ? `Machines get their own cgroups: a container with CAP_CHOWN and CAP_DAC_OVERRIDE gives them to user ${facts.containerRoot} of the host, who is root in machines.`
            : "",
        kernel.inotifyInstances < INOTIFY_INSTANCES
            ? `fs.inotify.max_user_instances is raised from ${kernel.inotifyInstances} to ${INOTIFY_INSTANCES}.`
            : "",
        facts.cgroupDriver === "systemd" && !facts.rootless
            ? "The host's systemd, which manages cgroups, is told by its own socket to limit machines and to stop the sandbox's slice."
            : "",
        access.wantsNsdelegate && !kernel.nsdelegate
            ? "The host's cgroups are mounted without nsdelegate: a machine without limits may set its own."
            : "",
    ];
    return [setup, ...said.filter((sentence) => sentence !== "")].join(" ");
}

/** Asks the kernel through an image of the host, the first of `images` (with blanks between them) that is there. */
export function askKernel(
    engine: Engine,
    sandbox: string,
    images: pulumi.Input<string>,
    access: pulumi.Output<Access>,
    facts: pulumi.Output<HostFacts>,
    opts: { readonly parent: pulumi.Resource },
): pulumi.Output<HostKernel | undefined> {
    const hierarchy = access.apply(({ hierarchy }) => hierarchy?.at ?? "");
    const variables = {
        SANDBOX: sandbox,
        IMAGES: images,
        HIERARCHY: hierarchy,
        DELEGATED: facts.apply(delegatedCgroup),
    };
    return askProgram("probe", engine, variables, opts).apply(parseHostKernel);
}
