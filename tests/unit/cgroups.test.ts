import assert from "node:assert/strict";
import type { CgroupAccess } from "../../components/cgroups/access";
import { chooseCgroupAccess } from "../../components/cgroups/choice";
import type { HostFacts } from "../../components/host/facts";
import { host, remapped, rootless } from "../support/host-facts";

/** One row of docs/hosts.md. */
interface Row {
    readonly host: string;
    readonly facts: HostFacts;
    readonly systemd: number;
    readonly access: CgroupAccess;
}

const ROWS: Row[] = [
    {
        host: "engine 20.10 on cgroup v1",
        facts: host({ engineVersion: "20.10.24", cgroupVersion: 1 }),
        systemd: 252,
        access: "v1-parent",
    },
    {
        host: "engine 28 on cgroup v1",
        facts: host({ engineVersion: "28.5.2", cgroupVersion: 1 }),
        systemd: 257,
        access: "v1-parent",
    },
    {
        host: "CentOS 7 on cgroup v1",
        facts: host({ engineVersion: "20.10.24", cgroupVersion: 1 }),
        systemd: 219,
        access: "v1-parent",
    },
    {
        host: "engine 20.10 on cgroup v2",
        facts: host({ engineVersion: "20.10.24" }),
        systemd: 252,
        access: "v2-parent",
    },
    { host: "engine 26 on cgroup v2", facts: host({ engineVersion: "26.1.5" }), systemd: 262, access: "v2-parent" },
    { host: "engine 28 on cgroup v2", facts: host({ engineVersion: "28.5.2" }), systemd: 252, access: "v2-writable" },
    {
        host: "an engine of tomorrow on cgroup v2",
        facts: host({ engineVersion: "31.0.0" }),
        systemd: 270,
        access: "v2-writable",
    },
    { host: "CentOS 7 on cgroup v2", facts: host({ engineVersion: "20.10.24" }), systemd: 219, access: "v2-named" },
    {
        host: "CentOS 7 on cgroup v2, engine 28",
        facts: host({ engineVersion: "28.5.2" }),
        systemd: 219,
        access: "v2-named",
    },
    {
        host: "Podman on cgroup v1",
        facts: host({ engine: "podman", engineVersion: "4.3.1", cgroupVersion: 1 }),
        systemd: 252,
        access: "v1-parent",
    },
    {
        host: "Podman on cgroup v2",
        facts: host({ engine: "podman", engineVersion: "4.3.1" }),
        systemd: 262,
        access: "podman",
    },
    {
        host: "Podman 6 on cgroup v2",
        facts: host({ engine: "podman", engineVersion: "6.1.1", apiVersion: "1.44" }),
        systemd: 262,
        access: "podman",
    },
    {
        host: "Docker 29",
        facts: host({ engineVersion: "29.8.1", apiVersion: "1.56" }),
        systemd: 262,
        access: "v2-writable",
    },
    {
        host: "Docker 29 on cgroup v1",
        facts: host({ engineVersion: "29.8.1", apiVersion: "1.56", cgroupVersion: 1 }),
        systemd: 257,
        access: "v1-parent",
    },
    {
        host: "a Docker of somebody's own, from 28 on",
        facts: host({ engineVersion: "dev", apiVersion: "1.48" }),
        systemd: 252,
        access: "v2-writable",
    },
    {
        host: "a Docker of somebody's own, before 28",
        facts: host({ engineVersion: "dev", apiVersion: "1.47" }),
        systemd: 252,
        access: "v2-parent",
    },
    {
        host: "userns-remap, engine 20.10",
        facts: remapped({ engineVersion: "20.10.24" }),
        systemd: 252,
        access: "v2-parent",
    },
    {
        host: "userns-remap, engine 29",
        facts: remapped({ engineVersion: "29.8.1" }),
        systemd: 262,
        access: "v2-parent",
    },
    {
        host: "userns-remap where the host's systemd manages cgroups",
        facts: remapped({ cgroupDriver: "systemd" }),
        systemd: 262,
        access: "v2-userns",
    },
    { host: "userns-remap on cgroup v1", facts: remapped({ cgroupVersion: 1 }), systemd: 257, access: "v1-parent" },
    { host: "a rootless engine, no systemd", facts: rootless(), systemd: 262, access: "v2-parent" },
    { host: "a rootless engine", facts: rootless({ cgroupDriver: "systemd" }), systemd: 262, access: "v2-parent" },
    {
        host: "a rootless engine on cgroup v1",
        facts: rootless({ cgroupVersion: 1 }),
        systemd: 252,
        access: "v1-parent",
    },
    // As their public issues show them; nobody's `docker info` was to be had.
    {
        host: "Docker Desktop 4.28, no systemd in its machine (docker/for-mac#7216)",
        facts: host({ engineVersion: "25.0.3", apiVersion: "1.44" }),
        systemd: 252,
        access: "v2-parent",
    },
    {
        host: "Docker Desktop of today, with Docker 28 and containerd's images",
        facts: host({ engineVersion: "28.5.1", apiVersion: "1.51" }),
        systemd: 257,
        access: "v2-writable",
    },
    {
        host: "OrbStack 2, whose docker-init starts the engine (orbstack/orbstack#2174)",
        facts: host({ engineVersion: "28.4.0", apiVersion: "1.51" }),
        systemd: 257,
        access: "v2-writable",
    },
    {
        host: "Colima, Ubuntu with the cgroupfs driver all the same (abiosoft/colima#1311)",
        facts: host({ engineVersion: "27.4.0", apiVersion: "1.47", appArmor: true }),
        systemd: 252,
        access: "v2-parent",
    },
    {
        host: "Rancher Desktop, Alpine without systemd (rancher-sandbox/rancher-desktop#5400)",
        facts: host({ engineVersion: "26.1.5", apiVersion: "1.45" }),
        systemd: 252,
        access: "v2-parent",
    },
    {
        host: "Rancher Desktop before 1.10, on cgroup v1 (rancher-sandbox/rancher-desktop#1132)",
        facts: host({ engineVersion: "20.10.24", cgroupVersion: 1 }),
        systemd: 219,
        access: "v1-parent",
    },
];

describe("the choice of a cgroup access", () => {
    for (const { host: name, facts, systemd, access } of ROWS) {
        it(`${name}, systemd ${systemd}: ${access}`, () => {
            const decision = chooseCgroupAccess(facts, systemd);
            assert.ok(!("refusal" in decision), "was refused");
            assert.equal(decision.access, access);
            assert.notEqual(decision.reason, "");
        });
    }

    it("grants a wish that works on the host", () => {
        const decision = chooseCgroupAccess(host({ engineVersion: "28.5.2" }), 252, "v2-parent");
        assert.ok("access" in decision && decision.access === "v2-parent");
    });

    it("refuses a wish that doesn't, and names those that do", () => {
        const decision = chooseCgroupAccess(host({ engineVersion: "20.10.24" }), 252, "v2-writable");
        assert.ok("refusal" in decision);
        assert.match(decision.refusal, /"v2-writable" does not work .* choose "v2-parent" or "v2-named"/);
    });

    it("refuses systemd 258 and newer on cgroup v1, with both ways out", () => {
        const decision = chooseCgroupAccess(host({ cgroupVersion: 1 }), 258);
        assert.ok("refusal" in decision);
        assert.match(decision.refusal, /systemd 258 refuses cgroup v1/);
        assert.match(
            decision.refusal,
            /systemd\.unified_cgroup_hierarchy=1, or choose a distribution with systemd 257 or older/,
        );
        assert.ok("access" in chooseCgroupAccess(host({ cgroupVersion: 1 }), 257));
    });

    it("refuses rootless Podman on cgroup v1, and what systemd itself refuses there", () => {
        const podman = { engine: "podman", engineVersion: "4.3.1", cgroupVersion: 1 } as const;
        const rootless = chooseCgroupAccess(host({ ...podman, rootless: true }), 252);
        assert.match("refusal" in rootless ? rootless.refusal : "", /rootless .* Podman's socket of the root user/);
        const tooNew = chooseCgroupAccess(host(podman), 258);
        assert.match("refusal" in tooNew ? tooNew.refusal : "", /systemd 258 refuses cgroup v1/);
    });

    const refused = (facts: HostFacts, systemd: number) => {
        const decision = chooseCgroupAccess(facts, systemd);
        return "refusal" in decision ? decision.refusal : "";
    };

    it("refuses an engine that doesn't say who root of a container is, with what would tell", () => {
        assert.match(refused(rootless({ containerRoot: undefined }), 252), /Docker 25 and newer says it/);
        assert.match(refused(remapped({ containerRoot: undefined }), 252), /Docker Root Dir that ends in \/UID\.GID/);
    });

    it("refuses a systemd that only root of the host can help, where no machine has one", () => {
        for (const facts of [rootless(), remapped(), remapped({ cgroupDriver: "systemd" })]) {
            assert.match(refused(facts, 219), /systemd 219 can't use cgroup v2.*systemd 233 or newer/);
        }
    });

    it("refuses userns-remap on cgroup v1 where systemd manages cgroups: it gives none away there", () => {
        const facts = remapped({ cgroupVersion: 1, cgroupDriver: "systemd" });
        assert.match(refused(facts, 252), /no cgroups on cgroup v1.*systemd\.unified_cgroup_hierarchy=1/);
    });

    it("refuses rootless Podman on cgroup v2 too: it doesn't say whose it is", () => {
        const facts = rootless({ engine: "podman", engineVersion: "5.0.0", containerRoot: undefined });
        assert.match(refused(facts, 257), /doesn't say which user's it is.*socket of the root user/);
    });
});
