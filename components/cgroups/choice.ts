import type { HostFacts } from "../host/facts";
import type { Access, CgroupAccess } from "./access";
import { PODMAN } from "./podman";
import { V1_PARENT } from "./v1-parent";
import { V2_NAMED } from "./v2-named";
import { V2_PARENT } from "./v2-parent";
import { V2_USERNS } from "./v2-userns";
import { V2_WRITABLE } from "./v2-writable";

/** Every cgroup access, the least privileged first. */
const ACCESSES: readonly Access[] = [V1_PARENT, PODMAN, V2_USERNS, V2_WRITABLE, V2_PARENT, V2_NAMED];

/** The access of that name. */
export function accessNamed(name: CgroupAccess): Access {
    return ACCESSES.find((access) => access.name === name) as Access;
}

/** A choice with its reason, or a refusal with its way out. */
export type AccessDecision = GrantedAccess | { readonly refusal: string };

interface GrantedAccess {
    readonly access: CgroupAccess;
    readonly reason: string;
}

/** The first systemd that refuses the legacy hierarchies: "Detected unsupported legacy cgroup hierarchy" (systemd NEWS, 258). */
const FIRST_SYSTEMD_WITHOUT_CGROUP_V1 = 258;

/** Host facts × systemd version × the caller's wish → the least privilege that boots, or why nothing does. */
export function chooseCgroupAccess(facts: HostFacts, systemdVersion: number, wish?: CgroupAccess): AccessDecision {
    const refusal = reasonAgainst(facts, systemdVersion);
    if (refusal !== undefined) {
        return { refusal };
    }
    const possible = ACCESSES.flatMap(({ name, suits }): GrantedAccess[] => {
        const reason = suits(facts, systemdVersion);
        return reason === undefined ? [] : [{ access: name, reason }];
    });
    if (possible.length === 0) {
        return { refusal: nothingSuits(facts, systemdVersion) };
    }
    const granted = possible.find(({ access }) => wish === undefined || access === wish);
    return (
        granted ?? {
            refusal:
                `cgroupAccess: "${wish}" does not work for systemd ${systemdVersion} on this host (${describe(facts)}). ` +
                `Leave it out, or choose ${possible.map(({ access }) => `"${access}"`).join(" or ")}.`,
        }
    );
}

/** Why no access boots that systemd on such a host. */
function reasonAgainst(facts: HostFacts, systemdVersion: number): string | undefined {
    if (facts.engine === "podman" && facts.rootless && facts.cgroupVersion === 1) {
        return (
            `Podman runs in rootless mode (${describe(facts)}): on cgroup v1 no user may write cgroups of the host. ` +
            "Use Podman's socket of the root user, or boot the host with systemd.unified_cgroup_hierarchy=1."
        );
    }
    if (facts.engine === "podman" && facts.rootless) {
        return (
            `Podman runs in rootless mode (${describe(facts)}), and its API doesn't say which user's it is: machines get their limits, ` +
            "and are cleaned up, in that user's cgroups. Use Podman's socket of the root user, or rootless Docker."
        );
    }
    if (facts.containerRoot === undefined) {
        return (
            `The engine doesn't say which user root of a container is (${describe(facts)}), and that user has to have cgroups. ` +
            `${facts.rootless ? "Docker 25 and newer says it of a rootless engine." : "Let `docker info` show a Docker Root Dir that ends in /UID.GID."}`
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

/** Where nothing is wrong but what comes together. */
function nothingSuits(facts: HostFacts, systemdVersion: number): string {
    return facts.cgroupVersion === 1
        ? `An engine with userns-remap gives machines no cgroups on cgroup v1 where the host's systemd manages them (${describe(facts)}). ` +
              "Boot the host with systemd.unified_cgroup_hierarchy=1, or take userns-remap out of the engine's configuration."
        : `systemd ${systemdVersion} can't use cgroup v2, and what it needs instead no user but root may have (${describe(facts)}). ` +
              "Choose a distribution with systemd 233 or newer, or an engine that is root's, without userns-remap.";
}

function describe({ engine, engineVersion, cgroupVersion, cgroupDriver, rootless, usernsRemap }: HostFacts): string {
    return [
        `${engine} ${engineVersion}`,
        `cgroup v${cgroupVersion}`,
        cgroupDriver === "none" ? "no cgroup driver" : `${cgroupDriver} driver`,
        ...(rootless ? ["rootless"] : []),
        ...(usernsRemap ? ["userns-remap"] : []),
    ].join(", ");
}
