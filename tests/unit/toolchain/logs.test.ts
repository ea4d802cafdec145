import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const logs = () => import("../../../toolchain/logs.mjs");

describe("npm run logs", () => {
    let directory: string;

    beforeEach(() => (directory = mkdtempSync(join(tmpdir(), "logs-"))));
    afterEach(() => rmSync(directory, { recursive: true }));

    const NAMES = ["..", ".", "", "/", "../x", "a/b", ".hidden", "-x", "a\0b", "a\nb", "\x1b[2J", "é", "a".repeat(129)];
    for (const name of NAMES) {
        it(`makes no file of a name that leads elsewhere, or isn't one: ${JSON.stringify(name)}`, async () => {
            const { fileName } = await logs();
            assert.throws(() => fileName(name), /can't be the name of a file/);
        });
    }

    it("makes files of machines' and stacks' names", async () => {
        const { fileName } = await logs();
        for (const name of ["dev", "web-0", "base-2", "alice.x_1", "0"]) {
            assert.equal(fileName(name), name);
        }
    });

    it("saves what a machine says byte by byte, and shows it only where it can do no harm", async () => {
        const { save } = await logs();
        const script = [
            "#!/bin/sh",
            'case "$*" in',
            "*journalctl*) printf '\\033]0;x\\007\\377\\n' ;;",
            "*plot*) printf 'first\\n\\033[31mno \\342\\200\\256plot\\n' >&2; exit 1 ;;",
            "esac",
        ];
        writeFileSync(join(directory, "docker"), script.join("\n"), { mode: 0o755 });
        const machine = { container: "dev-web", docker: "docker" };
        const lines = await save(machine, join(directory, "web"), { PATH: `${directory}:/bin` });
        assert.deepEqual(readFileSync(join(directory, "web.journal.txt")), Buffer.from("\x1b]0;x\x07\xff\n", "latin1"));
        assert.match(lines[2], /^- .*web\.boot\.svg: \\u\{1b\}\[31mno \\u\{202e\}plot$/);
        const saved = ["web.blame.txt", "web.console.txt", "web.journal.txt"];
        assert.deepEqual(readdirSync(directory).sort(), ["docker", ...saved]);
    });

    it("asks kubectl for what a Pod says", async () => {
        const { save } = await logs();
        writeFileSync(join(directory, "kubectl"), '#!/bin/sh\necho "$*"\n', { mode: 0o755 });
        const machine = { container: "web", docker: "", kubectl: "kubectl --namespace dev" };
        await save(machine, join(directory, "web"), { PATH: `${directory}:/bin` });
        const said = (suffix: string) => readFileSync(join(directory, `web.${suffix}`), "utf8").trim();
        assert.match(said("journal.txt"), /^--namespace dev exec web -- journalctl --boot/);
        assert.equal(said("console.txt"), "--namespace dev logs web");
    });

    it("takes no option for a container", async () => {
        const { save } = await logs();
        const machine = { container: "--privileged", docker: "docker" };
        await assert.rejects(save(machine, join(directory, "web"), {}), /"--privileged" can't be the name/);
    });
});
