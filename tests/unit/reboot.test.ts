import assert from "node:assert/strict";
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runShell, SHELLS } from "../support/shell";

const SCRIPTS = "components/image/rootfs/usr/local/lib/reboot";

for (const shell of SHELLS) {
    describe(`a reboot, prepared and begun by ${shell}`, () => {
        let directory: string;
        let shutdown: string;

        beforeEach(() => {
            directory = mkdtempSync(join(tmpdir(), "reboot-"));
            shutdown = join(directory, "systemd-shutdown");
            install("the package's");
        });
        afterEach(() => rmSync(directory, { recursive: true }));

        /** A program that says whose it is, and with which words it was called; in a machine it is no script. */
        const install = (whose: string) => {
            rmSync(shutdown, { force: true });
            writeFileSync(shutdown, `: ; echo "${whose} $*"\n`);
            chmodSync(shutdown, 0o755);
        };
        const prepare = () =>
            runShell(readFileSync(join(SCRIPTS, "prepare"), "utf8"), {
                shell,
                places: {
                    "/usr/lib/systemd/systemd-shutdown": shutdown,
                    "/usr/local/lib/reboot": join(process.cwd(), SCRIPTS),
                },
            });
        const isOurs = () => readFileSync(shutdown, "utf8") === readFileSync(join(SCRIPTS, "boot-again"), "utf8");
        const begin = (verb: string) =>
            runShell(readFileSync(shutdown, "utf8"), { shell, words: [shutdown, verb, "--log-level", "6"] });

        it("puts ours in the package's place, and the package's back before anything else", async () => {
            assert.equal((await prepare()).status, 0);
            assert.ok(isOurs());
            assert.equal((await begin("poweroff")).stdout, "the package's poweroff --log-level 6\n");
            assert.deepEqual(readdirSync(directory), ["systemd-shutdown"]);
        });

        it("that was cut short loses nothing: the package's comes back at the next one", async () => {
            await prepare();
            await prepare();
            assert.equal((await begin("halt")).stdout, "the package's halt --log-level 6\n");
        });

        it("leaves an update of the package what it is", async () => {
            await prepare();
            install("the update's");
            await prepare();
            assert.equal((await begin("exit")).stdout, "the update's exit --log-level 6\n");
            assert.ok(!existsSync(`${shutdown}.real`));
        });
    });
}
