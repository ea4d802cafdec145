import assert from "node:assert/strict";
import { parseHostFacts } from "../../components/host/facts";
import { host } from "../support/host-facts";

const VERSION = {
    Version: "20.10.24+dfsg1",
    ApiVersion: "1.41",
    Components: [{ Name: "Engine" }, { Name: "containerd" }],
};
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
    LoggingDriver: "json-file",
    DockerRootDir: "/var/lib/docker",
    MemTotal: 8 * 2 ** 30,
    NCPU: 4,
};

describe("the host facts in what Docker prints", () => {
    it("an engine 20.10 on cgroup v1", () => {
        assert.deepEqual(
            parseHostFacts(VERSION, INFO),
            host({ engineVersion: "20.10.24+dfsg1", apiVersion: "1.41", cgroupVersion: 1, seccomp: true }),
        );
    });

    it("a rootless engine with AppArmor, SELinux and the systemd driver", () => {
        const SecurityOptions = ["name=apparmor", "name=selinux", "name=rootless", "name=cgroupns", "name=userns"];
        const facts = parseHostFacts(VERSION, {
            ...INFO,
            CgroupVersion: "2",
            CgroupDriver: "systemd",
            SecurityOptions,
        });
        assert.deepEqual(
            facts,
            host({
                engineVersion: "20.10.24+dfsg1",
                apiVersion: "1.41",
                cgroupDriver: "systemd",
                rootless: true,
                usernsRemap: true,
                // It keeps its state in /tmp, as old ones do.
                containerRoot: undefined,
                appArmor: true,
                seLinux: true,
                seccomp: false,
            }),
        );
    });

    it("userns-remap, with the user that root of a container is", () => {
        const SecurityOptions = ["name=seccomp,profile=default", "name=userns"];
        const { usernsRemap, containerRoot } = parseHostFacts(VERSION, {
            ...INFO,
            SecurityOptions,
            DockerRootDir: "/var/lib/docker/300000.300001",
        });
        assert.deepEqual({ usernsRemap, containerRoot }, { usernsRemap: true, containerRoot: 300_000 });
    });

    it("an engine of a user's own, and the cgroup that systemd delegates to that user", () => {
        const SecurityOptions = ["name=seccomp,profile=default", "name=rootless", "name=cgroupns"];
        const Details = { StateDir: "/run/user/4712/dockerd-rootless" };
        const Components = [...VERSION.Components, { Name: "rootlesskit", Details }];
        const { rootless, containerRoot, cgroupDriver, cgroupRoot } = parseHostFacts(
            { ...VERSION, Components },
            { ...INFO, CgroupDriver: "none", SecurityOptions },
        );
        assert.deepEqual(
            { rootless, containerRoot, cgroupDriver, cgroupRoot },
            {
                rootless: true,
                containerRoot: 4712,
                cgroupDriver: "none",
                cgroupRoot: "/user.slice/user-4712.slice/user@4712.service",
            },
        );
    });

    it("where the host's systemd has its slices, of hosts where it manages cgroups", () => {
        const root = (CgroupDriver: string) =>
            parseHostFacts(VERSION, { ...INFO, CgroupDriver }, "/wsl-user/distro-1/systemd").cgroupRoot;
        assert.deepEqual([root("systemd"), root("cgroupfs")], ["/wsl-user/distro-1/systemd", ""]);
    });

    it("Podman, by its component", () => {
        const facts = parseHostFacts(
            { Version: "4.3.1", ApiVersion: "1.41", Components: [{ Name: "Podman Engine" }] },
            INFO,
        );
        assert.equal(facts.engine, "podman");
    });

    it("Podman on cgroup v2, which looks for the controllers among those of v1 alone", () => {
        const podman = { Version: "5.8.6", ApiVersion: "1.41", Components: [{ Name: "Podman Engine" }] };
        const found = { MemoryLimit: true, SwapLimit: false, CpuCfsQuota: false };
        const limits = (CgroupVersion: string) => parseHostFacts(podman, { ...INFO, ...found, CgroupVersion }).limits;
        assert.deepEqual(limits("2"), { memory: true, swap: true, cpu: true, pids: true });
        assert.deepEqual(limits("1"), { memory: true, swap: false, cpu: false, pids: true });
    });

    it("an arm64 host, and limits that the engine would drop silently", () => {
        const facts = parseHostFacts(VERSION, { ...INFO, Architecture: "aarch64", MemoryLimit: false });
        assert.equal(facts.architecture, "arm64");
        assert.deepEqual(facts.limits, { memory: false, swap: true, cpu: true, pids: true });
    });
});
