import assert from "node:assert/strict";
import { CgroupAccess } from "../../components/cgroups/access";
import type { CgroupSettings } from "../../components/cgroups/settings";
import type { HostFacts } from "../../components/host/facts";
import { host, remapped, rootless } from "../support/host-facts";
import { cgroupSettings, containerOf } from "../support/machine";

const ACCESSES = Object.values(CgroupAccess);

/** Host paths that the machine may write. */
const writable = (container: CgroupSettings) =>
    container.volumes.filter((volume) => !volume.readOnly).map((volume) => volume.hostPath);

describe("the settings of a systemd container", () => {
    for (const access of ACCESSES) {
        it(`${access}: nothing of the host is writable but the machine's own cgroup parent`, () => {
            for (const hostPath of writable(cgroupSettings(access))) {
                assert.match(hostPath, /\/sandbox_alice\/web(\/delegated)?$/);
            }
        });

        it(`${access}: no seccomp profile is switched off`, () => {
            const options = cgroupSettings(access).securityOpts ?? [];
            assert.deepEqual(
                options.filter((option) => option !== "writable-cgroups=true"),
                [],
            );
        });

        it(`${access}: systemd knows that it is in a container, and is told to halt in its own words`, async () => {
            const { envs, stopSignal, tty } = await containerOf({}, { access });
            assert.deepEqual(
                { envs, stopSignal, tty },
                {
                    envs: ["container=docker", "container_uuid=12345678-1234-1234-1234-123456789012"],
                    stopSignal: "SIGRTMIN+3",
                    tty: true,
                },
            );
        });
    }

    it("v1-parent: the named hierarchy read-only, the machine's part of it writable, the same path inside", () => {
        assert.deepEqual(cgroupSettings("v1-parent").volumes, [
            { hostPath: "/sys/fs/cgroup/systemd", containerPath: "/sys/fs/cgroup/systemd", readOnly: true },
            {
                hostPath: "/sys/fs/cgroup/systemd/sandbox_alice/web",
                containerPath: "/sys/fs/cgroup/systemd/sandbox_alice/web",
                readOnly: false,
            },
        ]);
    });

    it("v1-parent: the host's cgroup names, even where the engine's default was changed to private ones", () => {
        assert.equal(cgroupSettings("v1-parent").cgroupnsMode, "host");
    });

    it("v1-parent: the command isn't one that Podman knows as systemd's, for which it would open the hierarchy", () => {
        assert.deepEqual(cgroupSettings("v1-parent").command, ["/bin/sh", "-c", "exec /sbin/init"]);
    });

    it("v1-parent: systemd 219 finds a tmpfs under its hierarchies, 252 doesn't need one", () => {
        const tmpfs = (systemdVersion: number) =>
            cgroupSettings("v1-parent", host({}), systemdVersion).tmpfs?.["/sys/fs/cgroup"];
        assert.equal(tmpfs(219), "rw,mode=755");
        assert.equal(tmpfs(252), undefined);
    });

    it("v2-parent: the host's tree is always bound read-only, or nsdelegate would be lost for the whole host", () => {
        const { volumes, cgroupnsMode } = cgroupSettings("v2-parent");
        assert.equal(cgroupnsMode, "host");
        assert.deepEqual(volumes[0], { hostPath: "/sys/fs/cgroup", containerPath: "/sys/fs/cgroup", readOnly: true });
    });

    it("v2-parent: the container's own cgroup lies below the parent that carries the limits", () => {
        assert.equal(cgroupSettings("v2-parent").cgroupParent, "/sandbox_alice/web/delegated");
        assert.equal(
            cgroupSettings("v2-parent", host({ cgroupDriver: "systemd" })).cgroupParent,
            "sandbox_alice-web-delegated.slice",
        );
    });

    it("v2-parent and v1-parent: PID 1 goes to a cgroup of its own where the engine's isn't its root's, and one process stays", () => {
        const unified = "/sys/fs/cgroup/sandbox_alice/web/delegated/machine";
        const command = ["/bin/sh", "-c"];
        const move = (own: string) =>
            `setsid sleep infinity & mkdir -p ${own} && echo 1 > ${own}/cgroup.procs && exec /sbin/init; exit 255`;
        assert.deepEqual(cgroupSettings("v2-parent", remapped()).command, [...command, move(unified)]);
        const { command: ofUser, volumes } = cgroupSettings("v1-parent", rootless({ cgroupVersion: 1 }));
        const session = "/sys/fs/cgroup/systemd/user.slice/user-1000.slice/user@1000.service";
        assert.deepEqual(ofUser, [...command, move(`${session}/sandbox_alice/web/machine`)]);
        assert.deepEqual(
            volumes.filter(({ readOnly }) => !readOnly).map(({ hostPath }) => hostPath),
            [`${session}/sandbox_alice/web`],
        );
    });

    it("v2-userns: a private namespace, which runc gives to the machine's root, and nothing else", () => {
        const facts = remapped({ cgroupDriver: "systemd" });
        assert.deepEqual(cgroupSettings("v2-userns", facts), {
            command: ["/sbin/init"],
            cgroupParent: "sandbox_alice-web.slice",
            cgroupnsMode: "private",
            volumes: [],
        });
    });

    it("has no domain where only root of the host could set one", async () => {
        const domain = async (facts: HostFacts) => (await containerOf({}, { access: "v2-parent", facts })).domainname;
        assert.deepEqual(
            [await domain(host({})), await domain(remapped()), await domain(rootless())],
            ["alice", undefined, undefined],
        );
    });

    it("v2-writable: a private namespace and no path of the host at all", () => {
        const { volumes, cgroupnsMode, securityOpts } = cgroupSettings("v2-writable");
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
        assert.equal(
            cgroupSettings("v2-named", host({ cgroupDriver: "systemd" })).cgroupParent,
            "sandbox_alice-web.slice",
        );
    });

    it("v2-named: PID 1 moves below its parent before it becomes systemd", () => {
        assert.deepEqual(cgroupSettings("v2-named").command, [
            "/bin/sh",
            "-c",
            "echo 1 > /sys/fs/cgroup/systemd/sandbox_alice/web/cgroup.procs && exec /sbin/init",
        ]);
    });

    it("podman: the command is exactly /sbin/init, by which Podman knows it", () => {
        assert.deepEqual(cgroupSettings("podman").command, ["/sbin/init"]);
    });

    it("systemd 257 and newer get a tmpfs on /tmp too", async () => {
        const hasTmp = async (systemdVersion: number) =>
            "/tmp" in ((await containerOf({}, { systemdVersion })).tmpfs as object);
        assert.deepEqual([await hasTmp(256), await hasTmp(257)], [false, true]);
    });
});
