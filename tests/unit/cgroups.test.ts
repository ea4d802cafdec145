import assert from "node:assert/strict";
import { chooseCgroupAccess, type CgroupAccess } from "../../components/cgroups";
import type { HostFacts } from "../../components/facts";
import { host } from "../support/host-facts";

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
        host: "rootless Podman",
        facts: host({ engine: "podman", engineVersion: "5.0.0", rootless: true }),
        systemd: 257,
        access: "podman",
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

    for (const mode of ["rootless", "usernsRemap"] as const) {
        it(`refuses a Docker engine in ${mode} mode`, () => {
            const decision = chooseCgroupAccess(host({ [mode]: true }), 252);
            assert.ok("refusal" in decision);
            assert.match(decision.refusal, /Use an engine without it, or Podman/);
        });
    }
});
