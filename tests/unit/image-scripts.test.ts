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
            commands: { "install-packages": "", "check-systemd": "" },
        });
        assert.equal(status, 0);
        assert.equal(calls.pop(), "check-systemd 252");
        return calls;
    };

    it("makes user sessions, by whatever package a distribution has for that", async () => {
        assert.match((await installed("apt")).join("\n"), /^install-packages apt systemd .* libpam-systemd .*python3$/);
        assert.deepEqual(await installed("yum"), ["install-packages yum systemd"]);
        const dnf = ["install-packages dnf systemd python3", "install-packages dnf systemd-pam"];
        assert.deepEqual(await installed("dnf"), dnf);
        assert.deepEqual(await installed("zypper"), ["install-packages zypper systemd python3"]);
        assert.deepEqual(await installed("pacman"), ["install-packages pacman systemd systemd-sysvcompat python"]);
    });

    it("is left as it is where the base image has one", async () => {
        assert.deepEqual(await installed("apt", "init"), []);
        assert.deepEqual(await installed("dnf", "init", "lib64/security/pam_systemd.so"), []);
    });

    it("has to be of the version that the machines' settings are for", async () => {
        const check = (version: string) =>
            runShell(readFileSync("components/image/check-systemd", "utf8"), {
                words: ["check-systemd", version],
                commands: { systemctl: 'echo "systemd 252 (252-46.el9)"; echo "+PAM +AUDIT"' },
            });
        assert.equal((await check("252")).status, 0);
        const { status, stderr } = await check("251");
        assert.deepEqual(
            [status, stderr],
            [1, "check-systemd: the image has systemd 252, not 251. Set systemdVersion to 252.\n"],
        );
    });
});

describe("the repositories of CentOS 7", () => {
    const MIRRORS = "http://mirrorlist.centos.org/?release=$releasever&arch=$basearch&repo=os&infra=$infra";
    const before = [
        "[base]",
        `mirrorlist=${MIRRORS}`,
        "#baseurl=http://mirror.centos.org/centos/$releasever/os/$basearch/",
    ];
    const own = ["[ours]", "baseurl=http://mirror.example/centos/7/os/"];

    /** What becomes of such a file in the build, with that package manager. */
    const becomes = async (packageManager: string, lines: string[], name = "CentOS-Base.repo") => {
        const directory = mkdtempSync(join(tmpdir(), "image-"));
        try {
            writeFileSync(join(directory, name), lines.join("\n"));
            writeFileSync(join(directory, "init"), "");
            const { status } = await runShell(readFileSync("components/image/install-systemd", "utf8"), {
                words: ["install-systemd", packageManager, "219"],
                places: { "/sbin/init": join(directory, "init"), "/etc/yum.repos.d": directory, "/usr/lib": directory },
                commands: { "install-packages": "", "check-systemd": "" },
            });
            assert.equal(status, 0);
            return readFileSync(join(directory, name), "utf8").split("\n");
        } finally {
            rmSync(directory, { recursive: true });
        }
    };

    it("are the vault's, where they are CentOS's own: its mirrors are gone", async () => {
        const vault = "baseurl=http://vault.centos.org/centos/$releasever/os/$basearch/";
        assert.deepEqual(await becomes("yum", before), ["[base]", `#mirrorlist=${MIRRORS}`, vault]);
    });

    it("stay where they are somebody's own, and where there is no yum", async () => {
        assert.deepEqual(await becomes("yum", own), own);
        assert.deepEqual(await becomes("yum", before, "ours.repo"), before);
        assert.deepEqual(await becomes("dnf", before), before);
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
