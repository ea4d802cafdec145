import assert from "node:assert/strict";
import {
    capabilityViolations,
    isMachine,
    limitViolations,
    portViolations,
    privilegeViolations,
} from "../../policy/machine";
import { ownerViolations, pidsViolations, ttlViolations } from "../../policy/sandbox";

describe("the policy pack's rules", () => {
    it("look at containers that a machine made, in a sandbox or alone, and at no others", () => {
        const urn = (types: string) => `urn:pulumi:dev::mine::${types}docker:index/container:Container::web`;
        assert.ok(isMachine(urn("centos-systemd:index:SystemdSandbox$centos-systemd:index:SystemdMachine$")));
        assert.ok(isMachine(urn("pulumi-centos-systemd:index:SystemdMachine$")));
        assert.ok(!isMachine(urn("")));
        assert.ok(!isMachine(urn("centos-systemd:index:SystemdSandbox$")));
    });

    it("refuse privilege, but for those that may", () => {
        assert.match(privilegeViolations({ privileged: true }, "a-web", ["a-db"]).join(), /^a-web is privileged/);
        assert.deepEqual(privilegeViolations({ privileged: true }, "a-web", ["a-web"]), []);
        assert.deepEqual(privilegeViolations({ privileged: false }, "a-web", []), []);
        assert.deepEqual(privilegeViolations({}, "a-web", []), []);
    });

    it("refuse ports on addresses that others reach; the engine's default is all of them", () => {
        const on = (ip: string | undefined, addresses: string[] = []) =>
            portViolations({ ports: [{ internal: 80, ip }] }, "web", addresses).length;
        for (const ip of ["0.0.0.0", "::", "192.0.2.1", "::2", "::ffff:192.0.2.1", "127.0.0.1%eth0", undefined]) {
            assert.equal(on(ip), 1, ip);
        }
        for (const ip of ["127.0.0.1", "127.8.9.10", "::1", "0:0:0:0:0:0:0:1"]) {
            assert.equal(on(ip), 0, ip);
        }
        assert.equal(on("192.0.2.1", ["192.0.2.1"]), 0);
        assert.equal(on("192.0.2.1", ["192.0.2.2"]), 1);
        assert.deepEqual(portViolations({}, "web", []), []);
    });

    it("refuse capabilities that neither engines give unasked nor the list has", () => {
        const adding = (adds: string[], allowed: string[] = []) =>
            capabilityViolations({ capabilities: { adds } }, "web", allowed).length;
        assert.equal(adding(["CAP_SYS_ADMIN", "CAP_NET_ADMIN"]), 2);
        assert.equal(adding(["CAP_SYS_ADMIN", "CAP_NET_ADMIN"], ["NET_ADMIN"]), 1);
        assert.equal(adding(["CAP_NET_ADMIN"], ["CAP_NET_ADMIN"]), 0);
        assert.equal(adding(["ALL"]), 1);
        assert.equal(adding(["CAP_MKNOD"]), 1);
        assert.equal(
            adding(["CAP_SETUID", "CAP_SETGID", "CAP_SETPCAP", "CAP_CHOWN"]),
            0,
            "what a hardened machine has",
        );
        assert.deepEqual(capabilityViolations({}, "web", []), []);
    });

    it("refuse a machine without the limits that are needed", () => {
        assert.equal(limitViolations({}, "web", ["memory", "cpus", "pids"]).length, 2);
        assert.match(limitViolations({ memory: 512 }, "web", ["memory", "cpus"]).join(), /^web .*`cpus`\.$/);
        assert.deepEqual(limitViolations({ memory: 512, cpuQuota: 50000 }, "web", ["memory", "cpus"]), []);
        assert.deepEqual(limitViolations({}, "web", []), []);
        const machines = { web: { pids: 100 }, db: {} };
        assert.match(pidsViolations({ machines }, "alice", ["pids"]).join(), /^alice lets its machine db /);
        assert.deepEqual(pidsViolations({ machines }, "alice", ["memory"]), []);
    });

    it("refuse a sandbox that lives for ever, or too long", () => {
        assert.match(ttlViolations({}, "alice", "2w").join(), /^alice has no time to live.*at most 2w\.$/);
        assert.equal(ttlViolations({ ttl: "" }, "alice", undefined).length, 1, "not set, in pulumi config");
        assert.deepEqual(ttlViolations({ ttl: "9999w" }, "alice", undefined), []);
        assert.deepEqual(ttlViolations({ ttl: "14d" }, "alice", "2w"), []);
        assert.match(ttlViolations({ ttl: "337h" }, "alice", "2w").join(), /for 337h, which is more than 2w/);
    });

    it("refuse a sandbox of nobody, or of somebody else", () => {
        assert.equal(ownerViolations({}, "alice", ".").length, 1);
        assert.deepEqual(ownerViolations({ owner: "alice" }, "alice", "."), []);
        assert.deepEqual(ownerViolations({ owner: "alice@example.com" }, "alice", "@example\\.com$"), []);
        assert.equal(ownerViolations({ owner: "alice@example.org" }, "alice", "@example\\.com$").length, 1);
    });
});
