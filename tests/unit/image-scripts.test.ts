import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runShell } from "../support/shell";

describe("the image's systemd", () => {
    let directory: string;

    beforeEach(() => (directory = mkdtempSync(join(tmpdir(), "image-"))));
    afterEach(() => rmSync(directory, { recursive: true }));

    /** Packages that are installed for it, in an image with these files. */
    const installed = async (packageManager: string, ...files: string[]) => {
        for (const file of files) {
            mkdirSync(join(directory, file, ".."), { recursive: true });
            writeFileSync(join(directory, file), "");
        }
        const { status, calls } = await runShell(readFileSync("components/image/install-systemd", "utf8"), {
            words: ["install-systemd", packageManager, "252"],
            places: { "/sbin/init": join(directory, "init"), "/usr/lib": join(directory, "lib") },
            commands: { "install-packages": "", systemctl: 'echo "systemd 252 (252-46.el9)"' },
        });
        assert.equal(status, 0);
        return calls.filter((call) => call.startsWith("install-packages"));
    };

    it("makes user sessions, by whatever package a distribution has for that", async () => {
        assert.match((await installed("apt")).join("\n"), /^install-packages apt systemd .* libpam-systemd .*python3$/);
        assert.deepEqual(await installed("yum"), ["install-packages yum systemd"]);
        const dnf = ["install-packages dnf systemd", "install-packages dnf systemd-pam"];
        assert.deepEqual(await installed("dnf"), dnf);
    });

    it("is left as it is where the base image has one", async () => {
        assert.deepEqual(await installed("apt", "init"), []);
        assert.deepEqual(await installed("dnf", "init", "lib64/security/pam_systemd.so"), []);
    });
});

describe("the image's policy for the services of packages", () => {
    /** Whether it is still there in a machine's image. */
    const stays = async (policy: string) => {
        const directory = mkdtempSync(join(tmpdir(), "image-"));
        try {
            const file = join(directory, "policy-rc.d");
            writeFileSync(file, policy);
            const { status, stderr } = await runShell(readFileSync("components/image/settle", "utf8"), {
                places: {
                    "/usr/sbin/policy-rc.d": file,
                    "/etc/": `${directory}/etc/`,
                    "/var/log/": `${directory}/log/`,
                    "/lib/systemd/system/": `${directory}/units/`,
                    "/var/.updated": `${directory}/updated`,
                },
                commands: { systemctl: "", journalctl: "", "systemd-sysusers": "" },
            });
            assert.deepEqual([status, stderr], [0, ""]);
            return existsSync(file);
        } finally {
            rmSync(directory, { recursive: true });
        }
    };

    it("goes where it is Docker Hub's: nothing may be started", async () => {
        assert.equal(await stays("#!/bin/sh\n\n# For most Docker users …\nexit 101\n"), false);
    });

    it("stays where somebody has thought of it", async () => {
        assert.equal(await stays('#!/bin/sh\n[ "$1" = ssh ] && exit 0\nexit 101\n'), true);
    });
});
