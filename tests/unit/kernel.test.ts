import assert from "node:assert/strict";
import type { CgroupAccess } from "../../components/cgroups/access";
import { accessNamed } from "../../components/cgroups/choice";
import { announceSetup, type HostKernel, parseHostKernel, reasonAgainstKernel } from "../../components/docker/kernel";
import type { HostFacts } from "../../components/host/facts";
import { host, remapped, rootless } from "../support/host-facts";

const READY: HostKernel = {
    bootId: "2f1c",
    inotifyInstances: 1024,
    nsdelegate: true,
    hierarchy: true,
    namedRefused: "",
    delegated: false,
};

const announced = (kernel: HostKernel | undefined, access: CgroupAccess, facts: HostFacts = host({})) =>
    announceSetup(kernel, accessNamed(access), facts);

describe("what the host's kernel says", () => {
    it("is what probe.mjs prints", () => {
        assert.deepEqual(parseHostKernel(`${JSON.stringify(READY)}\n`), READY);
    });

    it("is not known where the host has no image to look from", () => {
        assert.equal(parseHostKernel("null\n"), undefined);
        assert.match(announced(undefined, "v2-parent"), /shows once the image is on the host/);
    });

    it("says that nothing is privileged where nothing is", () => {
        assert.equal(announced(READY, "v2-parent"), "Host set-up for v2-parent: no privileged step.");
    });

    it("names the privileged step, its capabilities and what it changes", () => {
        assert.match(
            announced({ ...READY, hierarchy: false }, "v2-named"),
            /one privileged step, .*CAP_SYS_ADMIN, CAP_SYS_CHROOT and CAP_SYS_PTRACE .* at \/run\/pulumi-centos-systemd\/cgroup/,
        );
        assert.match(
            announced({ ...READY, hierarchy: false }, "v1-parent"),
            /at \/sys\/fs\/cgroup\/systemd of the host/,
        );
    });

    it("says what else is changed on the host, and what it lacks", () => {
        assert.match(
            announced({ ...READY, inotifyInstances: 128 }, "v2-parent"),
            /max_user_instances is raised from 128 to 1024\.$/,
        );
        assert.match(
            announced({ ...READY, nsdelegate: false }, "v2-writable"),
            /without nsdelegate: a machine without limits/,
        );
        assert.doesNotMatch(announced({ ...READY, nsdelegate: false }, "v2-parent"), /nsdelegate/);
    });

    it("says so where it gives orders to the host's systemd", () => {
        assert.match(
            announced(READY, "v2-writable", host({ cgroupDriver: "systemd" })),
            /no privileged step\. The host's systemd.* is told/,
        );
    });

    it("says who gets the machines' cgroups, and by which rights, where the engine maps users", () => {
        const gift = /CAP_CHOWN and CAP_DAC_OVERRIDE gives them to user 300000 of the host/;
        assert.match(announced(READY, "v2-parent", remapped()), gift);
        assert.match(announced(READY, "v1-parent", remapped({ cgroupVersion: 1 })), gift);
        assert.doesNotMatch(announced(READY, "v2-userns", remapped({ cgroupDriver: "systemd" })), gift);
        assert.doesNotMatch(announced(READY, "v2-parent", rootless()), gift);
    });

    it("refuses a rootless engine outside of what its user was delegated, with what to do", () => {
        const access = accessNamed("v2-parent");
        assert.match(
            reasonAgainstKernel(READY, access, rootless()) ?? "",
            /user@1000\.service isn't delegated to user 1000.*dockerd-rootless-setuptool\.sh install.*enable-linger.*Delegate=yes/,
        );
        assert.equal(reasonAgainstKernel({ ...READY, delegated: true }, access, rootless()), undefined);
        assert.equal(reasonAgainstKernel(READY, access, remapped()), undefined);
    });

    it("refuses a named hierarchy that the kernel can't have, with its reason, and only where it is needed", () => {
        const namedRefused = "the kernel was booted with cgroup_no_v1=named";
        const refusal = reasonAgainstKernel(
            { ...READY, hierarchy: false, namedRefused },
            accessNamed("v2-named"),
            host({}),
        );
        assert.match(
            refusal ?? "",
            /v2-named needs a name=systemd hierarchy.*cgroup_no_v1=named.*systemd 233 or newer/,
        );
        assert.equal(reasonAgainstKernel({ ...READY, namedRefused }, accessNamed("v2-parent"), host({})), undefined);
    });
});
