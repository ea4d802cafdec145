import assert from "node:assert/strict";
import { machineShortcomings } from "../../components/docker/machine-shortcomings";
import type { EngineKind } from "../../components/host/facts";
import type { MachineArgs } from "../../components/machine/arguments";
import { host } from "../support/host-facts";
import { containerOf, specOf } from "../support/machine";
import { accepts, machineProblems, refuses } from "../support/problems";

const PROFILE = JSON.stringify({ defaultAction: "SCMP_ACT_ALLOW" });

/** With an access that adds nothing of its own. */
const confined = (args: MachineArgs, systemdVersion = 252, engine: EngineKind = "docker") =>
    containerOf(args, { systemdVersion, access: "podman", facts: { engine } });
const capabilities = async (args: MachineArgs) => (await confined(args)).capabilities;

describe("a machine's confinement", () => {
    it("is the engine's own without MKNOD when nobody says otherwise", async () => {
        for (const args of [{}, { seccomp: "default", hardening: "default" } as const]) {
            const { securityOpts, capabilities, tmpfs } = await confined(args);
            assert.deepEqual(securityOpts, []);
            assert.deepEqual(capabilities, { adds: [], drops: ["CAP_MKNOD"] });
            assert.deepEqual(Object.keys(tmpfs as object), ["/run", "/run/lock"]);
        }
    });

    it("takes a seccomp profile as it is, for engines read no file", async () => {
        assert.deepEqual((await confined({ seccomp: PROFILE })).securityOpts, [`seccomp=${PROFILE}`]);
        assert.deepEqual((await confined({ seccomp: "unconfined" })).securityOpts, ["seccomp=unconfined"]);
    });

    it("minimal: what systemd needs to boot, and what the person adds", async () => {
        const hardened = await confined({ hardening: "minimal", capabilities: { add: ["NET_BIND_SERVICE"] } });
        assert.deepEqual(hardened.securityOpts, ["no-new-privileges"]);
        assert.deepEqual(hardened.capabilities, {
            adds: ["CAP_SETUID", "CAP_SETGID", "CAP_SETPCAP", "CAP_NET_BIND_SERVICE"],
            drops: ["ALL"],
        });
        assert.deepEqual(Object.keys(hardened.tmpfs as object), [
            "/run",
            "/run/lock",
            "/tmp",
            "/var/log",
            "/var/lib/systemd",
        ]);
        assert.deepEqual((await confined({ hardening: "minimal" }, 262)).capabilities, {
            adds: ["CAP_SETUID", "CAP_SETGID", "CAP_SETPCAP", "CAP_CHOWN"],
            drops: ["ALL"],
        });
    });

    it("is without MKNOD, which opens the host's console, unless the person asks for it", async () => {
        assert.deepEqual(await capabilities({}), { adds: [], drops: ["CAP_MKNOD"] });
        for (const add of [["MKNOD"], ["CAP_MKNOD"]]) {
            assert.deepEqual(await capabilities({ capabilities: { add } }), { adds: ["CAP_MKNOD"], drops: [] });
        }
        for (const drop of [["CAP_MKNOD"], ["ALL"]]) {
            assert.deepEqual(await capabilities({ capabilities: { drop } }), { adds: [], drops: drop });
        }
        // Podman gives nobody MKNOD, and tells it otherwise when it is taken away once more.
        assert.equal((await confined({}, 252, "podman")).capabilities, undefined);
        assert.equal(await capabilities({ privileged: true }), undefined);
        assert.deepEqual(await capabilities({ hardening: "minimal" }), {
            adds: ["CAP_SETUID", "CAP_SETGID", "CAP_SETPCAP"],
            drops: ["ALL"],
        });
    });

    it("refuses a profile on a host without seccomp", () => {
        const found = (args: MachineArgs, seccomp: boolean) => machineShortcomings(specOf(args), host({ seccomp }));
        assert.equal(found({ seccomp: PROFILE }, false).length, 1);
        assert.deepEqual(found({ seccomp: PROFILE }, true), []);
        assert.deepEqual(found({}, false), []);
    });

    refuses({
        "a path for a profile": [
            machineProblems({ seccomp: "profile.json" }),
            /seccomp: "profile\.json"; allowed: "default", "unconfined" or the JSON/,
        ],
        "JSON that is no profile": [machineProblems({ seccomp: "{}" }), /with a defaultAction/],
        "another hardening": [
            machineProblems({ hardening: "max" }),
            /hardening: "max"; allowed: one of default, minimal/,
        ],
        "files in a read-only machine": [
            machineProblems({ hardening: "minimal", files: { "/etc/motd": { content: "secret" } } }),
            /web\.files can't be combined with machines\.web\.hardening "minimal": the root file system is read-only/,
        ],
        "strict sandboxing in a read-only machine": [
            machineProblems({ hardening: "minimal", serviceSandboxing: "strict" }),
            /web\.serviceSandboxing can't be combined with machines\.web\.hardening "minimal": the root file system/,
        ],
        "a privileged hardened machine": [
            machineProblems({ hardening: "minimal", privileged: true }),
            /privileged can't be combined with machines\.web\.hardening "minimal"/,
        ],
        "capabilities to drop where all are": [
            machineProblems({ hardening: "minimal", capabilities: { drop: ["CHOWN"] } }),
            /capabilities\.drop can't be combined with machines\.web\.hardening "minimal"/,
        ],
    });

    accepts({
        "a profile and minimal": machineProblems({ hardening: "minimal", seccomp: PROFILE, files: {} }),
        "the default, said, in a read-only machine": machineProblems({
            hardening: "minimal",
            serviceSandboxing: "adapted",
        }),
    });
});
