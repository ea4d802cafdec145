import { dockerMajor } from "../host/docker-major";
import { type Access, CgroupAccess } from "./access";
import { INIT } from "./settings";
import { hasUnifiedHierarchy } from "./unified";

/** The first engine with `--security-opt writable-cgroups` (https://github.com/moby/moby/pull/48828). */
const FIRST_ENGINE_WITH_WRITABLE_CGROUPS = 28;

/** Unified hierarchy, engine 28 and newer: a private, writable cgroup namespace. */
export const V2_WRITABLE: Access = {
    name: CgroupAccess.v2Writable,
    suits: (facts, systemdVersion) =>
        hasUnifiedHierarchy(facts, systemdVersion) &&
        facts.engine === "docker" &&
        // It refuses that where root of a container isn't the host's.
        !(facts.rootless || facts.usernsRemap) &&
        dockerMajor(facts) >= FIRST_ENGINE_WITH_WRITABLE_CGROUPS
            ? "cgroup v2 and an engine with writable-cgroups: the host's tree stays invisible"
            : undefined,
    settings: ({ parent }) => ({
        command: [INIT],
        cgroupParent: parent.name,
        // Own subtree only: the host's cgroups aren't even visible.
        cgroupnsMode: "private",
        // Docker mounts the namespace's root writable: what used to take CAP_SYS_ADMIN (moby/moby#48828).
        securityOpts: ["writable-cgroups=true"],
        volumes: [],
    }),
    writesItsLimits: true,
    wantsNsdelegate: true,
};
