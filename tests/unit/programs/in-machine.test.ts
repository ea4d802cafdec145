import assert from "node:assert/strict";
import {
    existsSync,
    mkdirSync,
    mkdtempSync,
    readdirSync,
    readFileSync,
    rmSync,
    statSync,
    writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { feedShell, runShell, scriptText, SHELLS, when } from "../../support/shell";

let directory: string;
beforeEach(() => (directory = mkdtempSync(join(tmpdir(), "in-machine-"))));
afterEach(() => rmSync(directory, { recursive: true }));

for (const shell of SHELLS) {
    describe(`a step's script, run by ${shell}`, () => {
        /** Runs a step where `/run` is a directory of the test's. */
        const step = (
            script: string,
            {
                args = [],
                variables = {},
                commands,
            }: { args?: string[]; variables?: Record<string, string>; commands?: Record<string, string> } = {},
        ) =>
            runShell(scriptText("in-machine/run-step"), {
                shell,
                words: ["step", ...args],
                stdin: script,
                environment: {
                    TMPDIR: join(directory, "tmp"),
                    PROVISION_VARIABLES: Object.keys(variables).join(" "),
                    ...Object.fromEntries(Object.entries(variables).map(([name, value]) => [`STEP_${name}`, value])),
                },
                places: {
                    "-p /run": `-p ${join(directory, "run")}`,
                    "/run/user": join(directory, "users"),
                    "/proc/1/comm": join(directory, "comm"),
                },
                commands: { systemctl: "echo running", ...commands },
            });
        const left = () => [...readdirSync(join(directory, "run")), ...readdirSync(join(directory, "tmp"))];

        /** What PID 1 is. */
        const first = (name: string) => writeFileSync(join(directory, "comm"), `${name}\n`);
        /**
         * Leaves the PID of the shell that waits for the script, which a shutdown ends together with it: of the script's ancestors
         * the last one that has that shell's command line, as a fork of it may be between them.
         */
        const LEAVE_SHELL = `
            words() { tr '\\0' ' ' <"/proc/$1/cmdline"; }
            shell=$PPID
            while read -r _ _ _ parent _ <"/proc/$shell/stat" && [ "$(words $parent)" = "$(words $shell)" ]; do
                shell=$parent
            done
            echo "$shell" >"$FAKES/shell"
        `;
        const END_SHELL = 'kill -TERM "$(cat "$FAKES/shell")"';

        beforeEach(() => ["run", "tmp"].forEach((name) => mkdirSync(join(directory, name))));
        beforeEach(() => first("systemd"));
        afterEach(() => {
            if (existsSync(join(directory, "run"))) {
                assert.deepEqual(left(), []);
            }
        });

        it("may have any interpreter, with an argument", async () => {
            assert.equal((await step("#!/usr/bin/env bash\necho ${BASH_VERSION:+bash}")).stdout, "bash\n");
            assert.equal((await step("#!/usr/bin/tail --lines=1\nfirst\nlast\n")).stdout, "last\n");
        });

        it("is the shell's without an interpreter, and may be empty", async () => {
            const { status, stdout, stderr } = await step("echo plain");
            assert.deepEqual([status, stdout, stderr], [0, "plain\n", ""]);
            assert.equal((await step("")).status, 0);
        });

        it("with an interpreter that isn't there fails, as with one at a Windows line end", async () => {
            for (const script of ["#!/no/such/thing\n", "#!/bin/sh\r\necho never\r\n"]) {
                const { status, stdout } = await step(script);
                assert.ok([126, 127].includes(status), `${status}`);
                assert.doesNotMatch(stdout, /^never/m);
            }
        });

        it("gets its arguments as they are", async () => {
            const args = ["a b", "", "*", "$HOME", "-e", "'\"\\", "ü\n"];
            const { stdout } = await step('printf "<%s>" "$@"', { args });
            assert.equal(stdout, args.map((arg) => `<${arg}>`).join(""));
        });

        it("gets its variables as they are, and nothing that only carried them", async () => {
            const variables = { A: "a b", B: "$(touch /nowhere)`'\"\\", EMPTY: "", LINES: "x\ny\n", IFS: ":" };
            const script = `#!${process.execPath}\nprocess.stdout.write(JSON.stringify(process.env));`;
            const found = JSON.parse((await step(script, { variables })).stdout) as Record<string, string>;
            for (const [name, value] of Object.entries(variables)) {
                assert.equal(found[name], value, name);
            }
            assert.deepEqual(
                Object.keys(found).filter((name) => /^(STEP|PROVISION)_/.test(name)),
                [],
            );
        });

        it("goes afterwards, even where its PATH is another one", async () => {
            const { status, stdout } = await step("#!/bin/sh\necho $PATH", { variables: { PATH: "/nowhere" } });
            assert.deepEqual([status, stdout], [0, "/nowhere\n"]);
        });

        it("ends as it ends, and says all on one stream", async () => {
            const { status, stdout, stderr } = await step("echo out; echo err >&2; echo out; exit 7");
            assert.deepEqual([status, stdout, stderr], [7, "out\nerr\nout\n", ""]);
        });

        it("isn't at its end while the machine goes down after it, and then says that it has", async () => {
            const shutdown = `echo systemd-shutdow >${join(directory, "comm")}; ${END_SHELL}`;
            const systemctl = `echo stopping; [ -e "$FAKES/asked" ] && { ${shutdown}; } || touch "$FAKES/asked"`;
            const { status, calls } = await step(LEAVE_SHELL, { commands: { systemctl } });
            assert.equal(status, 194);
            assert.deepEqual(calls, Array(2).fill("systemctl is-system-running"));
        });

        it("is waited for where PID 1 answers nobody, for it is just going down", async () => {
            const systemctl = `echo systemd-shutdow >${join(directory, "comm")}; exit 1`;
            const { status, calls } = await step(LEAVE_SHELL, { commands: { systemctl, sleep: END_SHELL } });
            assert.equal(status, 194);
            assert.deepEqual(calls, ["systemctl is-system-running", "sleep 1"]);
        });

        it("is over where its user may ask nobody whether the machine goes down", async () => {
            const { status, calls } = await step("exit 0", { commands: { systemctl: "exit 1", sleep: "" } });
            assert.deepEqual([status, calls], [0, ["systemctl is-system-running", "sleep 1"]]);
        });

        it("says that the machine has gone down in the middle of it, and not that where something else has ended it", async () => {
            first("systemd-shutdow");
            assert.equal((await step(`${LEAVE_SHELL}\n${END_SHELL}`)).status, 195);
            first("systemd");
            assert.equal((await step(`${LEAVE_SHELL}\n${END_SHELL}`)).status, 143);
        });

        it("has no word for that itself", async () => {
            for (const status of [194, 195]) {
                assert.equal((await step(`exit ${status}`)).status, 1);
            }
        });

        it("knows where its user's systemd is, where there is one, unless it is told otherwise", async () => {
            const script = "echo ${XDG_RUNTIME_DIR-none}";
            assert.equal((await step(script)).stdout, "none\n");
            const own = join(directory, "users", `${process.getuid?.()}`);
            mkdirSync(own, { recursive: true });
            assert.equal((await step(script)).stdout, `${own}\n`);
            assert.equal((await step(script, { variables: { XDG_RUNTIME_DIR: "/elsewhere" } })).stdout, "/elsewhere\n");
        });

        it("has nothing to read", async () => {
            assert.equal((await step("cat; read line || echo nothing")).stdout, "nothing\n");
        });

        it("is a file of its user's alone in /run, which may never be noexec", async () => {
            const { stdout } = await step('#!/bin/sh\nstat -c "%a %n" "$0"');
            assert.match(stdout, new RegExp(`^700 ${directory}/run/tmp\\.\\w+\n$`));
        });

        it("is elsewhere where its user may not write to /run", async () => {
            rmSync(join(directory, "run"), { recursive: true });
            const { status, stdout, stderr } = await step('#!/bin/sh\necho "$0"');
            assert.deepEqual([status, stderr], [0, ""]);
            assert.match(stdout, new RegExp(`^${directory}/tmp/tmp\\.\\w+\n$`));
            assert.deepEqual(readdirSync(join(directory, "tmp")), []);
        });
    });

    describe(`the systemd of a step's user, started by ${shell}`, () => {
        const start = (user: string, systemctl = "") =>
            runShell(scriptText("in-machine/start-user-manager"), {
                shell,
                words: ["manager", user],
                commands: { systemctl },
            });
        const calls = async (user: string) => (await start(user)).calls;

        it("is the one of its number", async () => {
            assert.deepEqual(await calls("daemon"), ["systemctl start user@1.service"]);
            assert.deepEqual(await calls("1"), ["systemctl start user@1.service"]);
        });

        it("is nobody's: root's, a stranger's, that of a number without a name", async () => {
            for (const user of ["root", "0", "nobody-of-this-name", "424242"]) {
                assert.deepEqual(await start(user), { status: 0, stdout: "", stderr: "", calls: [] });
            }
        });

        it("leaves no failed unit where it can't be had", async () => {
            const systemctl = 'case "$1" in start) echo "Job failed" >&2; exit 1 ;; esac';
            const { status, stderr, calls } = await start("daemon", systemctl);
            assert.deepEqual([status, stderr], [0, ""]);
            assert.equal(calls[1], "systemctl reset-failed user@1.service user-runtime-dir@1.service");
        });
    });

    describe(`a step's file, put there by ${shell}`, () => {
        /** Puts a file; what its mode is meanwhile is among the calls. */
        const put = (path: string, mode: string, owner: string, stdin: string) =>
            runShell(scriptText("in-machine/put-file"), {
                shell,
                words: ["put", mode, owner, path],
                stdin,
                commands: {
                    chown: "",
                    cat: `stat -c "with mode %a" "${path}" >>"$FAKES/calls"; exec /bin/cat`,
                },
            });

        it("has its content, owner and mode, and the directories that it needs", async () => {
            const path = join(directory, "deep/er/a b");
            const { status, stderr, calls } = await put(path, "0640", "daemon:adm", "one\ntwo");
            assert.deepEqual([status, stderr], [0, ""]);
            assert.equal(readFileSync(path, "utf8"), "one\ntwo");
            assert.equal(statSync(path).mode & 0o7777, 0o640);
            assert.deepEqual(calls, ["cat ", "with mode 600", `chown daemon:adm ${path}`]);
        });

        it("keeps the bits that a change of owner takes away", async () => {
            const path = join(directory, "tool");
            await put(path, "4755", "root", "");
            assert.equal(statSync(path).mode & 0o7777, 0o4755);
        });

        it("is readable for nobody else meanwhile, even where one of its name was", async () => {
            const path = join(directory, "secret");
            writeFileSync(path, "old and longer", { mode: 0o644 });
            const { calls } = await put(path, "0400", "app", "new");
            assert.equal(readFileSync(path, "utf8"), "new");
            assert.deepEqual(calls, [`chown 0:0 ${path}`, "cat ", "with mode 600", `chown app ${path}`]);
        });

        it("can't be what is a directory, which stays as it is", async () => {
            const path = join(directory, "there");
            mkdirSync(path, { mode: 0o755 });
            const { status, stderr, calls } = await put(path, "0600", "root", "x");
            assert.notEqual(status, 0);
            assert.match(stderr, /there/);
            assert.deepEqual(calls, []);
            assert.equal(statSync(path).mode & 0o777, 0o755);
        });

        it("fails where it can't have its owner", async () => {
            const { status, stderr } = await runShell(scriptText("in-machine/put-file"), {
                shell,
                words: ["put", "0644", "nobody2", join(directory, "a")],
                commands: { chown: 'echo "chown: invalid user: $1" >&2; exit 1' },
            });
            assert.deepEqual([status, stderr], [1, "chown: invalid user: nobody2\n"]);
        });
    });

    describe(`a machine's host key, asked for by ${shell}`, () => {
        const LISTENS = "   0: 00000000:0016 00000000:0000 0A 00000000:00000000\n";
        const CONNECTED = "   0: 0200000A:0016 0100000A:C350 01 00000000:00000000\n";

        const hostKey = (tcp: string, { active = ":", sleep = ":" }: { active?: string; sleep?: string } = {}) => {
            writeFileSync(join(directory, "tcp"), tcp);
            writeFileSync(join(directory, "key.pub"), "ssh-ed25519 AAAA root@web\n");
            return feedShell(scriptText("in-machine/host-key"), {
                shell,
                commands: {
                    systemctl: when({ "is-active --quiet machine-sshd.service": active }),
                    journalctl: "echo 'sshd[1]: fatal: no hostkeys available'",
                    sleep,
                },
                places: {
                    "/proc/net/tcp ": `${directory}/tcp `,
                    "/proc/net/tcp6": `${directory}/tcp6`,
                    "/etc/ssh/machine_ed25519_key.pub": `${directory}/key.pub`,
                },
            });
        };

        it("is its public half, once sshd listens", async () => {
            const { status, stdout, stderr, calls } = await hostKey(LISTENS);
            assert.deepEqual([status, stdout, stderr, calls], [0, "ssh-ed25519 AAAA root@web\n", "", []]);
        });

        it("is waited for as long as sshd is active: a connection is no listener", async () => {
            const sleep = `printf '%s' '${LISTENS}' >${directory}/tcp6`;
            const { status, stdout, calls } = await hostKey(CONNECTED, { sleep });
            assert.deepEqual([status, stdout], [0, "ssh-ed25519 AAAA root@web\n"]);
            assert.deepEqual(calls, ["systemctl is-active --quiet machine-sshd.service", "sleep 0.05"]);
        });

        it("isn't there where sshd isn't active: its journal says why", async () => {
            const { status, stdout, stderr, calls } = await hostKey(CONNECTED, { active: "exit 3" });
            assert.deepEqual([status, stdout], [3, ""]);
            assert.equal(stderr, "machine-sshd.service is not active:\nsshd[1]: fatal: no hostkeys available\n");
            assert.match(calls[1], /^journalctl .*--unit=machine-sshd\.service/);
        });
    });
}
