import assert from "node:assert/strict";
import { announcePlan, type HostPlan, parseHostPlan, refusePlan } from "../../components/host/plan";

const READY: HostPlan = {
    bootId: "2f1c",
    inotifyInstances: 1024,
    nsdelegate: true,
    namedRefused: "",
    mount: "",
};

describe("the plan of a host's set-up", () => {
    it("is what setup.sh prints", () => {
        const line =
            '{"bootId":"2f1c","inotifyInstances":1024,"nsdelegate":true,"namedRefused":"","mount":"/sys/fs/cgroup/systemd"}\n';
        assert.deepEqual(parseHostPlan(line), { ...READY, mount: "/sys/fs/cgroup/systemd" });
    });

    it("is not known where the host has no image to look from", () => {
        assert.equal(parseHostPlan("null\n"), undefined);
        assert.match(announcePlan(undefined, "v2-parent", "cgroupfs"), /shows once the image is on the host/);
    });

    it("says that nothing is privileged where nothing is", () => {
        assert.equal(announcePlan(READY, "v2-parent", "cgroupfs"), "Host set-up for v2-parent: no privileged step.");
    });

    it("names the privileged step, its capabilities and what it changes", () => {
        const announced = announcePlan({ ...READY, mount: "/run/named" }, "v2-named", "cgroupfs");
        assert.match(
            announced,
            /one privileged step, .*CAP_SYS_ADMIN, CAP_SYS_CHROOT and CAP_SYS_PTRACE .* at \/run\/named/,
        );
    });

    it("says so where it gives orders to the host's systemd", () => {
        assert.match(
            announcePlan(READY, "v2-writable", "systemd"),
            /no privileged step\. The host's systemd.* is told/,
        );
    });

    it("refuses a named hierarchy that the kernel can't have, with its reason, and only where it is needed", () => {
        const namedRefused = "the kernel was booted with cgroup_no_v1=named";
        const refusal = refusePlan({ ...READY, mount: "/run/named", namedRefused }, "v2-named");
        assert.match(
            refusal ?? "",
            /v2-named needs a name=systemd hierarchy.*cgroup_no_v1=named.*systemd 233 or newer/,
        );
        assert.equal(refusePlan({ ...READY, namedRefused }, "v2-parent"), undefined);
    });
});
