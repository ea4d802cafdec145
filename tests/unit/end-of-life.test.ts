import assert from "node:assert/strict";
import { mock } from "node:test";
import { SystemdBase, SystemdSandbox, type SystemdSandboxArgs } from "../../components";
import { endOfLifeWarning } from "../../components/distribution/end-of-life";
import { BASE } from "../support/base-outputs";
import { host } from "../support/host-facts";
import { recordResources } from "../support/mocks";
import { valueOf } from "../support/recorded-sandbox";

describe("a distribution's end of life", () => {
    const warning = (args: Parameters<typeof endOfLifeWarning>[0], day: string) =>
        endOfLifeWarning(args, new Date(`${day}T12:00:00Z`));

    it("gives a warning from the day after", () => {
        assert.equal(warning({ distribution: "fedora-42" }, "2026-05-13"), undefined);
        assert.match(
            warning({ distribution: "fedora-42" }, "2026-05-14") ?? "",
            /^fedora-42 is out of life since 2026-05-13: /,
        );
    });

    it("is a mirror's too", () =>
        assert.match(
            warning({ distribution: "centos-7", baseImage: "mirror/centos:7" }, "2026-11-29") ?? "",
            /^centos-7 is/,
        ));

    it("is not the default's yet, and none of a rolling one or one that the table doesn't have", () => {
        assert.equal(warning({}, "2026-11-29"), undefined);
        assert.equal(warning({ distribution: "debian-sid" }, "2099-01-01"), undefined);
        assert.equal(warning({ baseImage: "suse:16", systemdVersion: 257 }, "2099-01-01"), undefined);
    });
});

describe("who is warned of a distribution's end of life", () => {
    // Without an engine, Pulumi's log is the console.
    const { warn } = console;
    let warnings: string[];

    before(() => {
        mock.timers.enable({ apis: ["Date"], now: new Date("2030-06-01T12:00:00Z") });
        console.warn = (line: string) => warnings.push(line);
    });
    beforeEach(async () => {
        warnings = [];
        await recordResources(host({}));
    });
    after(() => {
        mock.timers.reset();
        console.warn = warn;
    });

    const sandbox = (args: Partial<SystemdSandboxArgs>) =>
        valueOf(new SystemdSandbox("alice", { machines: { web: {} }, ...args }).machines);

    it("is who has its image built, once, however many hosts build it", async () => {
        const hosts = { big: { host: "ssh://alice@big" } };
        await sandbox({ distribution: "centos-7", hosts, machines: { web: {}, db: { on: "big" } } });
        assert.equal(warnings.length, 1);
        assert.match(warnings[0], /centos-7 is out of life since 2024-06-30/);
    });

    it("is a base, and none of its sandboxes", async () => {
        await valueOf(new SystemdBase("base", {}).outputs);
        assert.equal(warnings.length, 1);
        assert.match(warnings.splice(0)[0], /centos-stream9 is out of life since 2027-05-31/);
        await sandbox({ base: BASE });
        assert.deepEqual(warnings, []);
    });
});
