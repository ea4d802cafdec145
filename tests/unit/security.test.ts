import assert from "node:assert/strict";
import {
    seccompHostProblems,
    securityCapabilities,
    securityOptions,
    securityTmpfs,
} from "../../components/machine/security";
import { host } from "../support/host-facts";
import { accepts, machineProblems, refuses } from "../support/problems";

const PROFILE = JSON.stringify({ defaultAction: "SCMP_ACT_ALLOW" });

describe("a machine's confinement", () => {
    it("is the engine's own when nobody says otherwise", () => {
        assert.deepEqual(securityOptions({}), []);
        assert.deepEqual(securityOptions({ seccomp: "default", hardening: "default" }), []);
        assert.equal(securityCapabilities({}, 252), undefined);
        assert.deepEqual(securityTmpfs({}), {});
    });

    it("takes a seccomp profile as it is, for engines read no file", () => {
        assert.deepEqual(securityOptions({ seccomp: PROFILE }), [`seccomp=${PROFILE}`]);
        assert.deepEqual(securityOptions({ seccomp: "unconfined" }), ["seccomp=unconfined"]);
    });

    it("minimal: what systemd needs to boot, and what the person adds", () => {
        const hardened = { hardening: "minimal", capabilities: { add: ["NET_BIND_SERVICE"] } };
        assert.deepEqual(securityOptions(hardened), ["no-new-privileges"]);
        assert.deepEqual(securityCapabilities(hardened, 252), {
            adds: ["CAP_SETUID", "CAP_SETGID", "CAP_SETPCAP", "CAP_NET_BIND_SERVICE"],
            drops: ["ALL"],
        });
        assert.deepEqual(securityCapabilities({ hardening: "minimal" }, 262)?.adds, [
            "CAP_SETUID",
            "CAP_SETGID",
            "CAP_SETPCAP",
            "CAP_CHOWN",
        ]);
        assert.deepEqual(Object.keys(securityTmpfs(hardened)), ["/tmp", "/var/log", "/var/lib/systemd"]);
    });

    it("is without what the cgroup access withholds, unless the person asks for it", () => {
        assert.deepEqual(securityCapabilities({}, 252, ["MKNOD"]), { adds: [], drops: ["CAP_MKNOD"] });
        for (const add of [["MKNOD"], ["CAP_MKNOD"]]) {
            assert.deepEqual(securityCapabilities({ capabilities: { add } }, 252, ["MKNOD"]), {
                adds: ["CAP_MKNOD"],
                drops: [],
            });
        }
        for (const drop of [["CAP_MKNOD"], ["ALL"]]) {
            assert.deepEqual(securityCapabilities({ capabilities: { drop } }, 252, ["MKNOD"])?.drops, drop);
        }
        assert.deepEqual(securityCapabilities({ hardening: "minimal" }, 252, ["MKNOD"])?.drops, ["ALL"]);
    });

    it("refuses a profile on a host without seccomp", () => {
        assert.equal(seccompHostProblems({ seccomp: PROFILE }, host({ seccomp: false })).length, 1);
        assert.deepEqual(seccompHostProblems({ seccomp: PROFILE }, host({})), []);
        assert.deepEqual(seccompHostProblems({}, host({ seccomp: false })), []);
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
            /web\.files: "given"; allowed: nothing with hardening "minimal": its root file system is read-only/,
        ],
        "a privileged hardened machine": [
            machineProblems({ hardening: "minimal", privileged: true }),
            /privileged: true; allowed: false with hardening/,
        ],
        "capabilities to drop where all are": [
            machineProblems({ hardening: "minimal", capabilities: { drop: ["CHOWN"] } }),
            /capabilities\.drop: \["CHOWN"\]; allowed: nothing with hardening/,
        ],
    });

    accepts({ "a profile and minimal": machineProblems({ hardening: "minimal", seccomp: PROFILE, files: {} }) });
});
