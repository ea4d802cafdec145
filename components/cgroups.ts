import type { HostFacts } from "./facts";

/**
 * How a machine gets a cgroup subtree that its systemd may write (docs/hosts.md has the measured table).
 *
 * - `v1-parent`: legacy hierarchies; only the machine's own parent of the `name=systemd` hierarchy is writable.
 * - `v2-parent`: unified hierarchy; only the machine's own parent is writable.
 * - `v2-writable`: unified hierarchy, engine 28 and newer; a private, writable cgroup namespace.
 * - `v2-named`: a systemd too old for the unified hierarchy gets a `name=systemd` hierarchy of its own beside it.
 * - `podman`: Podman mounts what systemd needs when it sees that PID 1 is `/sbin/init`.
 */
export type CgroupAccess = "v1-parent" | "v2-parent" | "v2-writable" | "v2-named" | "podman";

/** Every cgroup access, for validation. */
export const CGROUP_ACCESSES: readonly CgroupAccess[] = ["v1-parent", "v2-parent", "v2-writable", "v2-named", "podman"];

/** A choice with its reason, or a refusal with its way out. */
export type AccessDecision = { readonly access: CgroupAccess; readonly reason: string } | { readonly refusal: string };

/** The first systemd that runs on the unified hierarchy as containers see it (systemd NEWS, 232 and 233). */
const FIRST_SYSTEMD_WITH_CGROUP_V2 = 233;
/** The first systemd that refuses the legacy hierarchies: "Detected unsupported legacy cgroup hierarchy" (systemd NEWS, 258). */
const FIRST_SYSTEMD_WITHOUT_CGROUP_V1 = 258;
/** The first engine with `--security-opt writable-cgroups` (https://github.com/moby/moby/pull/48828). */
const FIRST_ENGINE_WITH_WRITABLE_CGROUPS = 28;

/** Host facts × systemd version × the caller's wish → the least privilege that boots, or why nothing does. */
export function chooseCgroupAccess(facts: HostFacts, systemdVersion: number, wish?: CgroupAccess): AccessDecision {
    const refusal = refuseHost(facts, systemdVersion);
    if (refusal !== undefined) {
        return { refusal };
    }
    const possible = possibleAccesses(facts, systemdVersion);
    if (wish === undefined) {
        return possible[0];
    }
    const granted = possible.find(({ access }) => access === wish);
    return (
        granted ?? {
            refusal:
                `cgroupAccess: "${wish}" does not work for systemd ${systemdVersion} on this host (${describe(facts)}). ` +
                `Leave it out, or choose ${possible.map(({ access }) => `"${access}"`).join(" or ")}.`,
        }
    );
}

function refuseHost(facts: HostFacts, systemdVersion: number): string | undefined {
    if (facts.engine === "podman" && facts.rootless && facts.cgroupVersion === 1) {
        return (
            `Podman runs in rootless mode (${describe(facts)}): on cgroup v1 no user may write cgroups of the host. ` +
            "Use Podman's socket of the root user, or boot the host with systemd.unified_cgroup_hierarchy=1."
        );
    }
    if (facts.engine === "docker" && (facts.rootless || facts.usernsRemap)) {
        const mode = facts.rootless ? "rootless" : "userns-remap";
        return (
            `The engine runs in ${mode} mode (${describe(facts)}): container root may not write any host cgroup, and such an ` +
            "engine refuses writable-cgroups. Use an engine without it, or Podman's Docker-compatible socket."
        );
    }
    if (facts.cgroupVersion === 1 && systemdVersion >= FIRST_SYSTEMD_WITHOUT_CGROUP_V1) {
        return (
            `systemd ${systemdVersion} refuses cgroup v1, and this host has cgroup v1 (${describe(facts)}). Boot the host with ` +
            `systemd.unified_cgroup_hierarchy=1, or choose a distribution with systemd ${FIRST_SYSTEMD_WITHOUT_CGROUP_V1 - 1} or older.`
        );
    }
    return undefined;
}

/** What boots on this host, the least privileged first. */
function possibleAccesses(facts: HostFacts, systemdVersion: number): readonly [GrantedAccess, ...GrantedAccess[]] {
    if (facts.cgroupVersion === 1) {
        return [
            {
                access: "v1-parent",
                reason: "cgroup v1: systemd needs its part of the name=systemd hierarchy, no other",
            },
        ];
    }
    if (facts.engine === "podman") {
        return [{ access: "podman", reason: "cgroup v2: Podman prepares a namespace of its own for /sbin/init" }];
    }
    const named: GrantedAccess = {
        access: "v2-named",
        reason: "a name=systemd hierarchy of our own, beside the unified one",
    };
    if (systemdVersion < FIRST_SYSTEMD_WITH_CGROUP_V2) {
        return [{ ...named, reason: `systemd ${systemdVersion} cannot use cgroup v2: ${named.reason}` }];
    }
    const parent: GrantedAccess = {
        access: "v2-parent",
        reason: "cgroup v2: only the machine's own parent is writable",
    };
    if (parseInt(facts.engineVersion, 10) >= FIRST_ENGINE_WITH_WRITABLE_CGROUPS) {
        return [
            {
                access: "v2-writable",
                reason: "cgroup v2 and an engine with writable-cgroups: the host's tree stays invisible",
            },
            parent,
            named,
        ];
    }
    return [parent, named];
}

interface GrantedAccess {
    readonly access: CgroupAccess;
    readonly reason: string;
}

function describe(facts: HostFacts): string {
    return `${facts.engine} ${facts.engineVersion}, cgroup v${facts.cgroupVersion}, ${facts.cgroupDriver} driver`;
}
