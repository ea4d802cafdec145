import assert from "node:assert/strict";
import { parseHostFacts } from "../../components/facts";
import { host } from "../support/host-facts";

const answer = (version: object, info: object) => `${JSON.stringify(version)}\n${JSON.stringify(info)}\n`;

const VERSION = { Version: "20.10.24+dfsg1", Components: [{ Name: "Engine" }, { Name: "containerd" }] };
const INFO = {
    Name: "host",
    CgroupVersion: "1",
    CgroupDriver: "cgroupfs",
    SecurityOptions: ["name=seccomp,profile=default"],
    Architecture: "x86_64",
    MemoryLimit: true,
    SwapLimit: true,
    CpuCfsQuota: true,
    PidsLimit: true,
};

describe("the host facts in what Docker prints", () => {
    it("an engine 20.10 on cgroup v1", () => {
        assert.deepEqual(
            parseHostFacts(answer(VERSION, INFO)),
            host({ engineVersion: "20.10.24+dfsg1", cgroupVersion: 1, seccomp: true }),
        );
    });

    it("a rootless engine with AppArmor, SELinux and the systemd driver", () => {
        const SecurityOptions = ["name=apparmor", "name=selinux", "name=rootless", "name=cgroupns", "name=userns"];
        const facts = parseHostFacts(
            answer(VERSION, { ...INFO, CgroupVersion: "2", CgroupDriver: "systemd", SecurityOptions }),
        );
        assert.deepEqual(
            facts,
            host({
                engineVersion: "20.10.24+dfsg1",
                cgroupDriver: "systemd",
                rootless: true,
                usernsRemap: true,
                appArmor: true,
                seLinux: true,
                seccomp: false,
            }),
        );
    });

    it("Podman, by its component", () => {
        const facts = parseHostFacts(answer({ Version: "4.3.1", Components: [{ Name: "Podman Engine" }] }, INFO));
        assert.equal(facts.engine, "podman");
    });

    it("Podman on cgroup v2, which looks for the controllers among those of v1 alone", () => {
        const podman = { Version: "5.8.6", Components: [{ Name: "Podman Engine" }] };
        const found = { MemoryLimit: true, SwapLimit: false, CpuCfsQuota: false };
        const limits = (CgroupVersion: string) =>
            parseHostFacts(answer(podman, { ...INFO, ...found, CgroupVersion })).limits;
        assert.deepEqual(limits("2"), { memory: true, swap: true, cpu: true, pids: true });
        assert.deepEqual(limits("1"), { memory: true, swap: false, cpu: false, pids: true });
    });

    it("an arm64 host, and limits that the engine would drop silently", () => {
        const facts = parseHostFacts(answer(VERSION, { ...INFO, Architecture: "aarch64", MemoryLimit: false }));
        assert.equal(facts.architecture, "arm64");
        assert.deepEqual(facts.limits, { memory: false, swap: true, cpu: true, pids: true });
    });
});
