import assert from "node:assert/strict";
import fc from "fast-check";
import { machineCgroups, sandboxCgroup } from "../../components/cgroups/parents";
import { host, remapped, rootless } from "../support/host-facts";

const BY_SYSTEMD = host({ cgroupDriver: "systemd" });

describe("the place of a machine's cgroups", () => {
    it("is a path where the engine makes cgroups itself", () => {
        assert.deepEqual(machineCgroups("alice", "web", host({})).parent, {
            name: "/sandbox_alice/web",
            directory: "/sandbox_alice/web",
            slice: "",
        });
    });

    it("is a slice where the host's systemd does; its directory repeats each level (systemd.slice(5))", () => {
        assert.deepEqual(machineCgroups("alice", "web-1", BY_SYSTEMD).delegated, {
            name: "sandbox_alice-web_1-delegated.slice",
            directory: "/sandbox_alice.slice/sandbox_alice-web_1.slice/sandbox_alice-web_1-delegated.slice",
            slice: "sandbox_alice-web_1-delegated.slice",
        });
    });

    it("is in what is delegated to the user whose engine it is, whoever makes cgroups there", () => {
        const session = "/user.slice/user-1000.slice/user@1000.service";
        assert.equal(sandboxCgroup("alice", rootless()).directory, `${session}/sandbox_alice`);
        assert.deepEqual(sandboxCgroup("alice", rootless({ cgroupDriver: "systemd" })), {
            name: "sandbox_alice.slice",
            directory: `${session}/sandbox_alice.slice`,
            slice: "sandbox_alice.slice",
        });
    });

    it("is where the host's systemd has its slices", () => {
        const wsl = host({ cgroupDriver: "systemd", cgroupRoot: "/wsl-user/distro-1/systemd" });
        assert.equal(sandboxCgroup("alice", wsl).directory, "/wsl-user/distro-1/systemd/sandbox_alice.slice");
        assert.equal(sandboxCgroup("alice", wsl).name, "sandbox_alice.slice");
    });

    it("has to be left by PID 1 where the engine puts it into one that isn't its root's", () => {
        const strange = [host({}), BY_SYSTEMD, rootless({ cgroupDriver: "systemd" }), remapped(), rootless()].map(
            (each) => machineCgroups("alice", "web", each).strange,
        );
        assert.deepEqual(strange, [false, false, false, true, true]);
    });

    const name = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,8}[a-z0-9])?$/);
    const anyHost = fc.constantFrom(
        host({}),
        BY_SYSTEMD,
        remapped(),
        rootless(),
        rootless({ cgroupDriver: "systemd" }),
    );

    it("lies inside the sandbox's, and the delegated one inside the machine's", () => {
        fc.assert(
            fc.property(name, name, anyHost, (sandbox, machine, how) => {
                const [outer, middle, inner] = [
                    sandboxCgroup(sandbox, how),
                    machineCgroups(sandbox, machine, how).parent,
                    machineCgroups(sandbox, machine, how).delegated,
                ];
                assert.ok(middle.directory.startsWith(`${outer.directory}/`));
                assert.ok(inner.directory.startsWith(`${middle.directory}/`));
            }),
        );
    });

    it("is never shared by two machines, nor by two sandboxes", () => {
        fc.assert(
            fc.property(name, name, name, name, anyHost, (sandbox, machine, otherSandbox, otherMachine, how) => {
                fc.pre(sandbox !== otherSandbox || machine !== otherMachine);
                assert.notEqual(
                    machineCgroups(sandbox, machine, how).parent.directory,
                    machineCgroups(otherSandbox, otherMachine, how).parent.directory,
                );
            }),
        );
    });
});
