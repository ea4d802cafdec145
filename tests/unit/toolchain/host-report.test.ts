import assert from "node:assert/strict";
import type { HostKernel } from "../../../components/docker/kernel";
import { hostReport, type Seen } from "../../../toolchain/host-report";

const VERSION = { Version: "28.5.2", ApiVersion: "1.51" };
const INFO: Seen["info"] = {
    Name: "big",
    Architecture: "x86_64",
    CgroupDriver: "cgroupfs",
    CgroupVersion: "2",
    LoggingDriver: "json-file",
    DockerRootDir: "/var/lib/docker",
    Driver: "overlay2",
    SecurityOptions: ["name=seccomp,profile=builtin"],
    MemoryLimit: true,
    SwapLimit: true,
    CpuCfsQuota: true,
    PidsLimit: true,
    MemTotal: 8 * 2 ** 30,
    NCPU: 4,
};
const PROBED: HostKernel = {
    bootId: "2f1c",
    inotifyInstances: 128,
    nsdelegate: true,
    hierarchy: false,
    namedRefused: "",
    delegated: false,
};

const ROOTLESS = {
    version: {
        ...VERSION,
        Components: [{ Name: "rootlesskit", Details: { StateDir: "/run/user/1000/dockerd-rootless" } }],
    },
    info: { ...INFO, CgroupDriver: "none", SecurityOptions: ["name=rootless"], MemoryLimit: false, PidsLimit: false },
};

const report = (seen: Partial<Seen> = {}) => hostReport({ version: VERSION, info: INFO, probed: PROBED, ...seen });

describe("what npm run doctor says of the host", () => {
    it("is ten lines, of a current Docker as any other", () => {
        assert.deepEqual(report().lines, {
            engine: "docker 28.5.2, API 1.51, on big (amd64)",
            images: "the engine's own store (overlay2)",
            cgroups: "version 2; the engine makes them itself",
            users: "root of a machine is root of the host, confined",
            confined: "seccomp",
            machines:
                "v2-writable, for systemd 252: cgroup v2 and an engine with writable-cgroups: the host's tree stays invisible",
            better: 'userns-remap ("userns-remap": "default" in daemon.json): root of a machine is nobody on the host',
            limits: "memory, cpus, pids can be limited",
            inotify:
                "fs.inotify.max_user_instances is 128, enough for about 10 machines; the first `up` raises it to 1024",
            missing: "nothing",
        });
    });

    it("knows containerd's store, and a host without nsdelegate", () => {
        const info = {
            ...INFO,
            Driver: "overlayfs",
            DriverStatus: [["driver-type", "io.containerd.snapshotter.v1"]] as const,
        };
        const { lines } = report({ info, probed: { ...PROBED, nsdelegate: false } });
        assert.equal(lines.images, "containerd's store (overlayfs)");
        assert.equal(lines.missing, "nsdelegate (a machine without limits may set its own)");
    });

    it("knows who root of a machine is where the engine maps users", () => {
        const info = { ...INFO, SecurityOptions: ["name=userns"], DockerRootDir: "/var/lib/docker/300000.300000" };
        const { access, lines } = report({ info });
        assert.equal(access, "v2-parent");
        assert.equal(lines.users, "root of a machine is user 300000 of the host (userns-remap)");
        assert.match(lines.better, /systemd cgroup driver/);
        const bySystemd = report({ info: { ...info, CgroupDriver: "systemd" } });
        assert.deepEqual([bySystemd.access, bySystemd.lines.better], ["v2-userns", "nothing"]);
    });

    it("says what a rootless engine lacks, and that no machine would boot where its user owns no cgroup", () => {
        const { access, lines } = report(ROOTLESS);
        assert.equal(access, undefined);
        assert.match(lines.machines, /^none would boot\. The rootless engine doesn't run in cgroups of its user's own/);
        assert.match(lines.missing, /^controllers: memory, pids; delegation of \/user\.slice\/.*user@1000\.service$/);
        assert.match(lines.inotify, /only root can raise it/);
        assert.equal(lines.limits, "cpus can be limited; memory, pids can't: the engine lacks the controllers");
    });

    it("trusts a rootless engine that it can't look into, and says so", () => {
        const { access, lines } = report({ ...ROOTLESS, probed: undefined });
        assert.equal(access, "v2-parent");
        assert.match(lines.missing, /an image to see the delegation with/);
        assert.equal(lines.inotify, "not known without an image to look from");
        const own = report({ ...ROOTLESS, probed: { ...PROBED, delegated: true } });
        assert.deepEqual([own.access, own.lines.missing], ["v2-parent", "controllers: memory, pids"]);
    });

    it("has the refusal and its way out where no machine would boot", () => {
        const info = { ...INFO, CgroupVersion: "1", CgroupDriver: "systemd", SecurityOptions: ["name=userns"] };
        const { access, lines } = report({ info });
        assert.deepEqual([access, lines.better], [undefined, "-"]);
        assert.match(lines.machines, /^none would boot\. The engine doesn't say which user/);
    });

    it("knows what would be better on cgroup v1, and with an older Docker", () => {
        assert.match(report({ info: { ...INFO, CgroupVersion: "1" } }).lines.better, /^cgroup v2 \(boot with/);
        const version = { Version: "26.1.5", ApiVersion: "1.45" };
        assert.match(report({ version }).lines.better, /^Docker 28 or newer/);
    });
});
