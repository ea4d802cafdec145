import assert from "node:assert/strict";
import type { MachineArgs } from "../../components/machine/arguments";
import { setupUploads } from "../../components/machine/files/setup-unit";
import { specOf } from "../support/machine";

const setupOf = (args: MachineArgs) => setupUploads(specOf(args));

/** The commands of the unit, in their order. */
function commands(args: MachineArgs): string[] {
    const unit = setupOf(args)[0].content as string;
    return [...unit.matchAll(/^ExecStart=(.*)$/gm)].map(([, command]) => command);
}

describe("the set-up unit", () => {
    it("isn't there where it has nothing to do", () => {
        assert.deepEqual(setupOf({ files: { "/a": { content: "" } }, units: { "a.service": { content: "" } } }), []);
    });

    it("runs before all services, and after the users exist", () => {
        const [unit, link] = setupOf({ environment: { A: "1" } });
        assert.match(unit.content as string, /^Before=sysinit\.target$/m);
        assert.match(unit.content as string, /^After=.*systemd-sysusers\.service$/m);
        assert.deepEqual(
            [link.file, link.content],
            ["/etc/systemd/system/sysinit.target.d/machine-setup.conf", "[Unit]\nWants=machine-setup.service\n"],
        );
    });

    it("sets owners, environment and units in this order", () => {
        assert.deepEqual(
            commands({
                files: { "/a": { content: "", owner: "www" } },
                units: {
                    "a.service": { enable: true },
                    "b.service": { enable: true },
                    "c.service": { enable: false },
                },
                environment: { A: "1", B: "2" },
            }),
            [
                "/bin/chown --no-dereference -- www /a",
                "/bin/systemctl import-environment -- A B",
                "/bin/systemctl --no-reload enable -- a.service b.service",
                "/bin/systemctl --no-reload disable -- c.service",
                "/bin/systemctl --no-block start -- a.service b.service",
                "/bin/systemctl --no-block stop -- c.service",
            ],
        );
    });

    it("quotes what systemd would expand", () => {
        assert.deepEqual(commands({ files: { '/a b"%i$X\\': { content: "", owner: "1:2" } } }), [
            '/bin/chown --no-dereference -- 1:2 "/a b\\"%%i$$X\\\\"',
        ]);
    });

    it("never has a value of the environment in it", () => {
        assert.doesNotMatch(JSON.stringify(setupOf({ environment: { A: "hunter2" } })), /hunter2/);
    });
});
