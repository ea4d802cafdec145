import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const SCRIPT = join(__dirname, "..", "..", "components", "image", "install-packages");

describe("installing packages in the image", () => {
    let directory: string;

    /** What the script runs, with package managers that only write down their arguments, and end so when they install. */
    function commands(args: string[], ends = 0): { status: number | null; ran: string[] } {
        const log = join(directory, "log");
        rmSync(log, { force: true });
        const { status } = spawnSync("/bin/sh", [SCRIPT, ...args], {
            env: { PATH: directory, LOG: log, ENDS: `${ends}` },
            encoding: "utf8",
        });
        return { status, ran: existsSync(log) ? readFileSync(log, "utf8").trim().split("\n") : [] };
    }

    before(() => {
        directory = mkdtempSync(join(tmpdir(), "managers-"));
        for (const name of ["apt-get", "dnf", "pacman", "yum", "zypper", "rm"]) {
            writeFileSync(
                join(directory, name),
                `#!/bin/sh\necho "\${0##*/} $*" >> "$LOG"\ncase $* in *install*) exit $ENDS ;; esac\n`,
            );
            chmodSync(join(directory, name), 0o755);
        }
    });

    after(() => rmSync(directory, { recursive: true }));

    it("apt: without what is only recommended, and without lists and archives afterwards", () => {
        const { ran } = commands(["apt", "nginx", "cron"]);
        assert.deepEqual(ran.slice(0, 3), [
            "apt-get update",
            "apt-get install -y --no-install-recommends nginx cron",
            "apt-get clean",
        ]);
        assert.match(ran[3], /^rm -rf \/var\/lib\/apt\/lists\//);
    });

    it("dnf: fails by itself where a package isn't to be had", () =>
        assert.deepEqual(commands(["dnf", "nginx"]).ran, [
            "dnf install -y --setopt=install_weak_deps=False nginx",
            "dnf clean all",
        ]));

    it("pacman: brings all up to date, and keeps no lists and archives", () => {
        const { ran } = commands(["pacman", "nginx"]);
        assert.equal(ran[0], "pacman -Syu --noconfirm --needed nginx");
        assert.match(ran[1], /^rm -rf \/var\/cache\/pacman\/pkg\/\S+ \/var\/lib\/pacman\/sync\/\S+$/);
    });

    it("yum: is told to fail there", () =>
        assert.deepEqual(commands(["yum", "nginx"]).ran, [
            "yum install -y --setopt=skip_missing_names_on_install=False nginx",
            "yum clean all",
        ]));

    it("zypper: fails where a package isn't to be had, not where it is installed and something else is to be said", () => {
        const ran = ["zypper --non-interactive install --no-recommends nginx", "zypper clean --all"];
        for (const ends of [0, 102, 103, 106, 107]) {
            assert.deepEqual(commands(["zypper", "nginx"], ends), { status: 0, ran });
        }
        assert.deepEqual(commands(["zypper", "nginx"], 104), { status: 1, ran: ran.slice(0, 1) });
    });

    it("does nothing where there is nothing to install", () =>
        assert.deepEqual(commands(["apt"]), { status: 0, ran: [] }));

    it("refuses a package manager that it doesn't know", () =>
        assert.deepEqual(commands(["apk", "nginx"]), { status: 2, ran: [] }));
});
