import assert from "node:assert/strict";
import fc from "fast-check";
import { delegatedCgroup, machineCgroup, sandboxCgroup } from "../../components/cgroup-parent";

describe("the place of a machine's cgroups", () => {
    it("is a path where the engine makes cgroups itself", () => {
        assert.deepEqual(machineCgroup("alice", "web", "cgroupfs"), {
            name: "/sandbox_alice/web",
            directory: "/sandbox_alice/web",
            slice: "",
        });
    });

    it("is a slice where the host's systemd does; its directory repeats each level (systemd.slice(5))", () => {
        assert.deepEqual(delegatedCgroup("alice", "web-1", "systemd"), {
            name: "sandbox_alice-web_1-delegated.slice",
            directory: "/sandbox_alice.slice/sandbox_alice-web_1.slice/sandbox_alice-web_1-delegated.slice",
            slice: "sandbox_alice-web_1-delegated.slice",
        });
    });

    const name = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,8}[a-z0-9])?$/);
    const driver = fc.constantFrom("cgroupfs" as const, "systemd" as const);

    it("lies inside the sandbox's, and the delegated one inside the machine's", () => {
        fc.assert(
            fc.property(name, name, driver, (sandbox, machine, how) => {
                const [outer, middle, inner] = [
                    sandboxCgroup(sandbox, how),
                    machineCgroup(sandbox, machine, how),
                    delegatedCgroup(sandbox, machine, how),
                ];
                assert.ok(middle.directory.startsWith(`${outer.directory}/`));
                assert.ok(inner.directory.startsWith(`${middle.directory}/`));
            }),
        );
    });

    it("is never shared by two machines, nor by two sandboxes", () => {
        fc.assert(
            fc.property(name, name, name, name, driver, (sandbox, machine, otherSandbox, otherMachine, how) => {
                fc.pre(sandbox !== otherSandbox || machine !== otherMachine);
                assert.notEqual(
                    machineCgroup(sandbox, machine, how).directory,
                    machineCgroup(otherSandbox, otherMachine, how).directory,
                );
            }),
        );
    });
});
