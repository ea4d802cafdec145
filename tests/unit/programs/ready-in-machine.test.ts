import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { feedShell, scriptText, SHELLS, type ShellRan, type Surroundings, when } from "../../support/shell";

const RUNNING = {
    "--version": "echo 'systemd 252 (252.39-1~deb12u2)'; echo '+PAM +AUDIT'",
    "is-system-running*": "echo running",
    "is-failed --quiet machine-setup.service": "exit 1",
    "is-active *": "echo active",
    "show --property=UserspaceTimestampMonotonic": "echo UserspaceTimestampMonotonic=1000000",
    "show --property=FinishTimestampMonotonic": "echo FinishTimestampMonotonic=1512900",
    "list-units --failed --plain --no-legend --no-pager": ":",
    "status *": 'for unit; do :; done; echo "status of $unit"; exit 3',
    "list-jobs --no-pager": "echo 'JOB UNIT TYPE STATE'",
};

/** Time goes on only where somebody waits: one that is over costs the test none. */
const CLOCK = {
    date: 'echo $((1000 + $(cat "$FAKES/clock" 2>/dev/null || echo 0) / 1000))',
    sleep: `case $1 in 0.05) ms=50 ;; 0.1) ms=100 ;; 0.2) ms=200 ;; *) ms=$(($1 * 1000)) ;; esac
        echo $(($(cat "$FAKES/clock" 2>/dev/null || echo 0) + ms)) >"$FAKES/clock"`,
};

/** timeout(1) whose command hangs where it ends with 222. */
const TIMEOUT = `
    while [ "\${1#-}" != "$1" ]; do shift 2; done
    seconds=$1; shift
    [ "$seconds" -gt 0 ] || { echo "without end" >&2; exit 98; }
    "$@"; status=$?
    [ $status = 222 ] || exit $status
    sleep "$seconds"; exit 124`;

/** Lines of /proc/net/tcp: local address and port, state. */
const sockets = (...lines: [local: string, state: string][]) =>
    ["  sl  local_address rem_address   st tx_queue rx_queue"]
        .concat(
            lines.map(
                ([local, state], at) => `   ${at}: ${local} 00000000:0000 ${state} 00000000:00000000 00:00000000`,
            ),
        )
        .join("\n");

let directory: string;
before(() => {
    directory = mkdtempSync(join(tmpdir(), "ready-"));
    writeFileSync(
        join(directory, "tcp"),
        sockets(["0100007F:0016", "0A"], ["0100007F:1F90", "01"], ["00000000:0050", "0A"]),
    );
    writeFileSync(join(directory, "tcp6"), sockets(["00000000000000000000000000000000:0CEA", "0A"]));
    writeFileSync(join(directory, "none"), sockets());
    writeFileSync(join(directory, "going-down"), "systemd-shutdow\n");
});
after(() => rmSync(directory, { recursive: true }));

for (const shell of SHELLS) {
    const ready = (
        environment: Record<string, string> = {},
        systemctl: Partial<Record<string, string>> = {},
        { commands, places }: Surroundings = {},
    ): Promise<ShellRan> =>
        feedShell(scriptText("in-machine/ready"), {
            shell,
            environment: { TIMEOUT: "1", STATES: "running", UNITS: "", PORTS: "", COMMAND: "", ...environment },
            commands: {
                ...CLOCK,
                timeout: TIMEOUT,
                systemctl: when({ ...systemctl, ...RUNNING, ...systemctl }),
                journalctl: 'echo "journal of $*"',
                ...commands,
            },
            places: { "/proc/net/tcp ": `${directory}/tcp `, "/proc/net/tcp6": `${directory}/tcp6`, ...places },
        });
    const questions = ({ calls }: ShellRan) => calls.filter((call) => call.startsWith("systemctl is-system-running"));

    /** The first line of what it says in place of an answer. */
    const refusal = ({ status, stdout, stderr }: ShellRan): string => {
        assert.deepEqual([status, stdout], [3, ""], stderr);
        return stderr.split("\n")[0];
    };

    describe(`a machine's systemd, asked by ${shell}`, () => {
        it("isn't asked while it goes down: PID 1 waits for whoever asks", async () => {
            const ran = await ready({}, {}, { places: { "/proc/1/comm": `${directory}/going-down` } });
            assert.deepEqual([ran.status, ran.stdout, ran.stderr, ran.calls], [1, "", "", []]);
        });

        it("is ready once it runs, and says since when", async () => {
            const ran = await ready();
            assert.deepEqual([ran.status, ran.stderr], [0, ""]);
            assert.deepEqual(JSON.parse(ran.stdout), { state: "running", systemdVersion: 252, bootMilliseconds: 512 });
            assert.deepEqual(questions(ran), ["systemctl is-system-running --wait"]);
        });

        it("is asked again and again where it can't wait itself", async () => {
            const ran = await ready(
                {},
                {
                    "--version": "echo 'systemd 219'",
                    "is-system-running":
                        '[ -e "$FAKES/up" ] && echo running || { touch "$FAKES/up"; echo starting; exit 1; }',
                },
            );
            assert.equal(ran.status, 0, ran.stderr);
            assert.deepEqual(questions(ran), ["systemctl is-system-running", "systemctl is-system-running"]);
            assert.equal((JSON.parse(ran.stdout) as { systemdVersion: number }).systemdVersion, 219);
        });

        it("is asked again where it doesn't listen yet, which is no answer", async () => {
            const early =
                '[ -e "$FAKES/up" ] && echo running || { touch "$FAKES/up"; echo "Failed to connect to bus" >&2; exit 1; }';
            const ran = await ready({}, { "is-system-running --wait": early });
            assert.deepEqual([ran.status, ran.stderr], [0, ""]);
            assert.equal(questions(ran).length, 2);
        });

        it("may be degraded where that counts", async () => {
            const degraded = { "is-system-running --wait": "echo degraded; exit 1" };
            const ran = await ready({ STATES: "running|degraded" }, degraded);
            assert.equal((JSON.parse(ran.stdout) as { state: string }).state, "degraded");
        });

        it("isn't ready where it is degraded otherwise: it names the units in one line, then lets each speak", async () => {
            const ran = await ready(
                {},
                {
                    "is-system-running --wait": "echo degraded; exit 1",
                    "list-units --failed --plain --no-legend --no-pager":
                        "echo 'a.service loaded failed failed A'; echo 'b.service loaded failed failed B'",
                },
            );
            assert.equal(
                refusal(ran),
                "systemd is 'degraded' after at most 1 s, not 'running'; failed units: a.service b.service",
            );
            assert.deepEqual(ran.stderr.trimEnd().split("\n").slice(1), [
                "status of a.service",
                "journal of --boot --no-pager --quiet --lines=8 --unit=a.service",
                "status of b.service",
                "journal of --boot --no-pager --quiet --lines=8 --unit=b.service",
            ]);
        });

        it("keeps to one screen, however much units have to say", async () => {
            const ran = await ready(
                {},
                {
                    "is-system-running --wait": "echo degraded; exit 1",
                    "list-units --failed --plain --no-legend --no-pager": "echo 'a.service loaded failed'",
                },
                { commands: { journalctl: "seq 1000" } },
            );
            assert.equal(ran.status, 3);
            assert.equal(ran.stderr.trimEnd().split("\n").length, 19);
        });

        for (const state of ["maintenance", "stopping"]) {
            it(`isn't waited for where it is ${state}`, async () => {
                const ran = await ready({}, { "is-system-running*": `echo ${state}; exit 1` });
                assert.match(refusal(ran), new RegExp(`^systemd is '${state}' .*; failed units: none$`));
                assert.equal(questions(ran).length, 1);
            });
        }

        it("that never answers is unreachable; its jobs and journal may say why", async () => {
            const ran = await ready({}, { "is-system-running*": "exit 1" });
            assert.equal(refusal(ran), "systemd is 'unreachable' after at most 1 s, not 'running'; failed units: none");
            assert.match(ran.stderr, /\nJOB UNIT TYPE STATE\njournal of --boot --no-pager --quiet --lines=10\n$/);
        });

        it("that is still starting when the time is over says so", async () => {
            const ran = await ready(
                {},
                { "is-system-running --wait": "exit 222", "is-system-running": "echo starting; exit 1" },
            );
            assert.match(refusal(ran), /^systemd is 'starting' after at most 1 s, not 'running'/);
            const old = await ready(
                {},
                { "--version": "echo 'systemd 219'", "is-system-running": "echo starting; exit 1" },
            );
            assert.match(refusal(old), /^systemd is 'starting' after at most 1 s/);
        });

        it("that runs at the very end is ready", async () => {
            const ran = await ready(
                {},
                { "is-system-running --wait": "exit 222", "is-system-running": "echo running" },
            );
            assert.equal((JSON.parse(ran.stdout) as { state: string }).state, "running");
        });

        it("is never asked without an end, however time goes on between two looks at the clock", async () => {
            const hasty = 'echo . >>"$FAKES/looks"; wc -l <"$FAKES/looks"';
            for (const TIMEOUT of ["1", "2", "3", "4", "5"]) {
                const ran = await ready({ TIMEOUT }, { "is-system-running*": "exit 1" }, { commands: { date: hasty } });
                assert.doesNotMatch(ran.calls.join("\n"), /^timeout (-k \S+ )?(0|-\d+) /m);
                assert.match(refusal(ran), /^systemd is 'unreachable'/);
            }
        });

        it("isn't ready where the machine isn't as it was declared, even where degraded counts", async () => {
            const ran = await ready(
                { STATES: "running|degraded" },
                { "is-failed --quiet machine-setup.service": ":", "is-system-running*": "echo degraded; exit 1" },
            );
            assert.equal(refusal(ran), "machine-setup.service has failed");
            assert.match(
                ran.stderr,
                /\nstatus of machine-setup\.service\njournal of .* --unit=machine-setup\.service\n/,
            );
        });
    });

    describe(`units of a machine, asked for by ${shell}`, () => {
        it("must be active, all of them", async () => {
            const ran = await ready({ UNITS: "a.service b@x.socket" });
            assert.equal(ran.status, 0, ran.stderr);
            assert.deepEqual(
                ran.calls.filter((call) => call.startsWith("systemctl is-active")),
                ["systemctl is-active a.service", "systemctl is-active b@x.socket"],
            );
        });

        it("may take their time", async () => {
            const later = '[ -e "$FAKES/up" ] && echo active || { touch "$FAKES/up"; echo activating; exit 3; }';
            assert.equal((await ready({ UNITS: "a.service" }, { "is-active a.service": later })).status, 0);
        });

        it("keep the backslashes that their names may have", async () => {
            const ran = await ready({ UNITS: "a\\x2d\\0b.service" }, { "is-active *": "echo failed; exit 3" });
            assert.equal(refusal(ran), "a\\x2d\\0b.service has failed");
        });

        it("that have failed aren't waited for, and speak for themselves", async () => {
            const ran = await ready({ UNITS: "a.service b.service" }, { "is-active b.service": "echo failed; exit 3" });
            assert.equal(refusal(ran), "b.service has failed");
            assert.match(ran.stderr, /\nstatus of b\.service\njournal of .* --unit=b\.service\n$/);
            assert.ok(!ran.calls.some((call) => call.startsWith("sleep")));
        });

        it("that aren't active in time say what they are", async () => {
            const ran = await ready({ UNITS: "a.timer" }, { "is-active a.timer": "echo inactive; exit 3" });
            assert.equal(refusal(ran), "a.timer is still 'inactive' after 1 s, not 'active'");
        });
    });

    describe(`ports of a machine, looked for by ${shell}`, () => {
        it("must be listened on, by IPv4 or IPv6, on whatever address", async () => {
            const ran = await ready({ PORTS: "22 80 3306" });
            assert.equal(ran.status, 0, ran.stderr);
        });

        it("that nothing listens on in time are told from those that something listens on", async () => {
            // 8080 is a connection, and no listener.
            const ran = await ready({ PORTS: "22 8080" });
            assert.equal(refusal(ran), "nothing listens on TCP port 8080 after 1 s, only on: 22 80 3306");
        });

        it("aren't part of others", async () => {
            assert.match(refusal(await ready({ PORTS: "5" })), /^nothing listens on TCP port 5 after/);
        });

        it("may be none at all", async () => {
            const places = { "/proc/net/tcp ": `${directory}/none `, "/proc/net/tcp6": `${directory}/not-there` };
            const ran = await ready({ PORTS: "80" }, {}, { places });
            assert.equal(refusal(ran), "nothing listens on TCP port 80 after 1 s, only on: none");
        });

        it("may take their time", async () => {
            const file = join(directory, `late-${shell}`);
            const listen = `${CLOCK.sleep}; cp ${directory}/tcp ${file}`;
            writeFileSync(file, sockets());
            const ran = await ready(
                { PORTS: "80" },
                {},
                { commands: { sleep: listen }, places: { "/proc/net/tcp ": `${file} ` } },
            );
            assert.equal(ran.status, 0, ran.stderr);
        });
    });

    describe(`a command that a machine must succeed with, run by ${shell}`, () => {
        it("is a shell's, and gets nothing of the script that asks", async () => {
            const ran = await ready({ COMMAND: 'x="a b"; cat; test "$x" = "a b"' });
            assert.deepEqual([ran.status, ran.stderr], [0, ""]);
            assert.match(ran.stdout, /^\{"state":"running"/);
        });

        it("may succeed later", async () => {
            const ran = await ready({ COMMAND: 'test -e "$FAKES/up" || { touch "$FAKES/up"; exit 1; }' });
            assert.equal(ran.status, 0, ran.stderr);
        });

        it("that doesn't says how it ended, and what it said at last", async () => {
            const ran = await ready({ COMMAND: "seq 100; echo why >&2; exit 7" });
            assert.equal(refusal(ran), "'seq 100; echo why >&2; exit 7' still ends with status 7 after 1 s; it says:");
            const said = ran.stderr.trimEnd().split("\n").slice(1);
            assert.deepEqual([said.length, said[0], said.at(-1)], [15, "87", "why"]);
        });

        it("that has backslashes keeps them where it is named", async () => {
            const COMMAND = "printf 'a\\tb\\n'; test -e '\\033[2J\\nx'";
            const ran = await ready({ COMMAND });
            assert.equal(refusal(ran), `'${COMMAND}' still ends with status 1 after 1 s; it says:`);
        });

        it("that says nothing is said to say nothing", async () => {
            assert.match((await ready({ COMMAND: "false" })).stderr, /status 1 after 1 s; it says:\n\(nothing\)\n$/);
        });

        it("that hangs is said to hang", async () => {
            const ran = await ready({ COMMAND: "echo started; exit 222" });
            assert.equal(refusal(ran), "'echo started; exit 222' did not end within 1 s; it says:");
            assert.match(ran.stderr, /it says:\nstarted\n$/);
        });

        it("isn't run where the time is over already", async () => {
            const late = { "is-active a.service": "sleep 5; echo active" };
            const ran = await ready({ UNITS: "a.service", COMMAND: "echo never" }, late);
            assert.equal(refusal(ran), "'echo never' did not end within 1 s; it says:");
            assert.match(ran.stderr, /\(nothing\)\n$/);
        });

        it("is never run without an end, however time goes on between two looks at the clock", async () => {
            const hasty = 'echo . >>"$FAKES/looks"; wc -l <"$FAKES/looks"';
            for (const TIMEOUT of ["2", "3", "4", "5"]) {
                const ran = await ready({ TIMEOUT, COMMAND: "false" }, {}, { commands: { date: hasty } });
                assert.doesNotMatch(ran.calls.join("\n"), /^timeout (-k \S+ )?(0|-\d+) /m);
                assert.equal(ran.status, 3);
            }
        });
    });
}

describe("a command that a machine must succeed with, by the clock on the wall", () => {
    for (const shell of SHELLS) {
        it(`ends after its time, even where it doesn't want to, in ${shell}`, async function () {
            this.timeout("30s"); // it waits for real seconds
            const waited = join(directory, "waited");
            const ran = await feedShell(scriptText("in-machine/ready"), {
                shell,
                environment: {
                    TIMEOUT: "1",
                    STATES: "running",
                    UNITS: "",
                    PORTS: "",
                    COMMAND: `trap '' TERM; echo stubborn; sleep 20; touch ${waited}`,
                },
                commands: { systemctl: when(RUNNING), journalctl: ":" },
            });
            assert.equal(ran.status, 3);
            assert.match(ran.stderr, /^'trap .*' did not end within 1 s; it says:\nstubborn\n$/);
            assert.ok(!existsSync(waited));
        });
    }
});
