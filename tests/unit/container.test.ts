import assert from "node:assert/strict";
import { CGROUP_ACCESSES } from "../../components/cgroups";
import { systemdContainer } from "../../components/container";

const web = { sandbox: "alice", machine: "web", systemdVersion: 252 };

/** Host paths that the machine may write. */
const writable = (container: ReturnType<typeof systemdContainer>) =>
    container.volumes.filter((volume) => !volume.readOnly).map((volume) => volume.hostPath);

describe("the settings of a systemd container", () => {
    for (const access of CGROUP_ACCESSES) {
        it(`${access}: nothing of the host is writable but the machine's own cgroup parent`, () => {
            for (const hostPath of writable(systemdContainer(web, access, "cgroupfs"))) {
                assert.match(hostPath, /\/sandbox_alice\/web(\/delegated)?$/);
            }
        });

        it(`${access}: no seccomp profile is switched off`, () => {
            const options = systemdContainer(web, access, "cgroupfs").securityOpts ?? [];
            assert.deepEqual(
                options.filter((option) => option !== "writable-cgroups=true"),
                [],
            );
        });

        it(`${access}: systemd knows that it is in a container, and is told to halt in its own words`, () => {
            const { envs, stopSignal, tty } = systemdContainer(web, access, "cgroupfs");
            assert.deepEqual(
                { envs, stopSignal, tty },
                { envs: ["container=docker"], stopSignal: "SIGRTMIN+3", tty: true },
            );
        });
    }

    it("v1-parent: the named hierarchy read-only, the machine's part of it writable, the same path inside", () => {
        assert.deepEqual(systemdContainer(web, "v1-parent", "cgroupfs").volumes, [
            { hostPath: "/sys/fs/cgroup/systemd", containerPath: "/sys/fs/cgroup/systemd", readOnly: true },
            {
                hostPath: "/sys/fs/cgroup/systemd/sandbox_alice/web",
                containerPath: "/sys/fs/cgroup/systemd/sandbox_alice/web",
                readOnly: false,
            },
        ]);
    });

    it("v1-parent: the host's cgroup names, even where the engine's default was changed to private ones", () => {
        assert.equal(systemdContainer(web, "v1-parent", "cgroupfs").cgroupnsMode, "host");
    });

    it("v1-parent: the command isn't one that Podman knows as systemd's, for which it would open the hierarchy", () => {
        assert.deepEqual(systemdContainer(web, "v1-parent", "cgroupfs").command, ["/bin/sh", "-c", "exec /sbin/init"]);
    });

    it("v1-parent: systemd 219 finds a tmpfs under its hierarchies, 252 doesn't need one", () => {
        const tmpfs = (systemdVersion: number) =>
            systemdContainer({ ...web, systemdVersion }, "v1-parent", "cgroupfs").tmpfs["/sys/fs/cgroup"];
        assert.equal(tmpfs(219), "rw,mode=755");
        assert.equal(tmpfs(252), undefined);
    });

    it("v2-parent: the host's tree is always bound read-only, or nsdelegate would be lost for the whole host", () => {
        const { volumes, cgroupnsMode } = systemdContainer(web, "v2-parent", "cgroupfs");
        assert.equal(cgroupnsMode, "host");
        assert.deepEqual(volumes[0], { hostPath: "/sys/fs/cgroup", containerPath: "/sys/fs/cgroup", readOnly: true });
    });

    it("v2-parent: the container's own cgroup lies below the parent that carries the limits", () => {
        assert.equal(systemdContainer(web, "v2-parent", "cgroupfs").cgroupParent, "/sandbox_alice/web/delegated");
        assert.equal(systemdContainer(web, "v2-parent", "systemd").cgroupParent, "sandbox_alice-web-delegated.slice");
    });

    it("v2-parent: no device node can be made, for the engine's device filter holds in the container's own cgroup alone", () => {
        const withheld = CGROUP_ACCESSES.filter(
            (access) => systemdContainer(web, access, "cgroupfs").withheldCapabilities !== undefined,
        );
        assert.deepEqual(withheld, ["v2-parent"]);
        assert.deepEqual(systemdContainer(web, "v2-parent", "systemd").withheldCapabilities, ["MKNOD"]);
    });

    it("v2-writable: a private namespace and no path of the host at all", () => {
        const { volumes, cgroupnsMode, securityOpts } = systemdContainer(web, "v2-writable", "cgroupfs");
        assert.deepEqual(
            { volumes, cgroupnsMode, securityOpts },
            {
                volumes: [],
                cgroupnsMode: "private",
                securityOpts: ["writable-cgroups=true"],
            },
        );
    });

    it("v2-named: the container lies below the parent that carries the limits in the unified hierarchy too", () => {
        assert.equal(systemdContainer(web, "v2-named", "systemd").cgroupParent, "sandbox_alice-web.slice");
    });

    it("v2-named: PID 1 moves below its parent before it becomes systemd", () => {
        assert.deepEqual(systemdContainer(web, "v2-named", "cgroupfs").command, [
            "/bin/sh",
            "-c",
            "echo 1 > /sys/fs/cgroup/systemd/sandbox_alice/web/cgroup.procs && exec /sbin/init",
        ]);
    });

    it("podman: the command is exactly /sbin/init, by which Podman knows it", () => {
        assert.deepEqual(systemdContainer(web, "podman", "cgroupfs").command, ["/sbin/init"]);
    });

    it("systemd 257 and newer get a tmpfs on /tmp too", () => {
        const hasTmp = (systemdVersion: number) =>
            "/tmp" in systemdContainer({ ...web, systemdVersion }, "v2-parent", "cgroupfs").tmpfs;
        assert.deepEqual([hasTmp(256), hasTmp(257)], [false, true]);
    });
});
