import * as pulumi from "@pulumi/pulumi";
import assert from "node:assert/strict";
import { type MachineArgs, type MachineOutputs, SystemdSandbox } from "../../../components";
import { debian, type Release } from "../../support/base-image";
import { sandboxedUnits, startScript } from "../../support/directives";
import { docker, inMachine } from "../../support/docker";
import { type Engine, startEngine, stopEngine } from "../../support/engines";
import { feed } from "../../support/feed";
import { skip } from "../../support/skip";
import { openStack, type TestStack } from "../../support/stack";
import { untilRunning } from "../../support/until-running";

/** `npm test` has the one that can do least, `npm run test:services` all. */
const HOSTS: readonly (readonly [cell: string, release: Release, systemd: number])[] = [
    ["20.10-v1", "trixie", 257],
    ...(process.env.SERVICES === "all"
        ? ([
              ["20.10-v1", "bullseye", 247],
              ["20.10-v1", "bookworm", 252],
              ["28-v2", "trixie", 257],
              ["28-v2", "sid", 262],
          ] as const)
        : []),
];

const service = (...lines: string[]) => ["[Service]", "Type=oneshot", "RemainAfterExit=yes", ...lines, ""].join("\n");

const MACHINES: Record<string, MachineArgs> = {
    adapted: {
        units: {
            "own-word.service": {
                content: service("ExecStart=/bin/true", "PrivateUsers=yes"),
                dropIns: { "override.conf": { content: "[Service]\nPrivateUsers=yes\n" } },
            },
            "dynamic.service": {
                content: service(
                    "ExecStart=/bin/sh -c 'id -un; echo kept >$STATE_DIRECTORY/x'",
                    "DynamicUser=yes",
                    "StateDirectory=dynamic",
                ),
                start: true,
            },
            "reader@.service": {
                content: service(
                    "ExecStart=/bin/sh -c 'id -un >$RUNTIME_DIRECTORY/x'",
                    "DynamicUser=yes",
                    "RuntimeDirectory=%p",
                ),
            },
            "roots.service": {
                content: service("ExecStart=/bin/grep ^Seccomp_filters: /proc/self/status", "LockPersonality=yes"),
                start: true,
            },
            "users.service": {
                content: service(
                    "ExecStart=/bin/grep ^Seccomp_filters: /proc/self/status",
                    "LockPersonality=yes",
                    "User=daemon",
                ),
                start: true,
            },
        },
    },
    strict: { serviceSandboxing: "strict" },
    nicer: { capabilities: { add: ["SYS_NICE"] } },
};

for (const [cell, release, systemd] of HOSTS) {
    describe(`sandboxing of services on ${cell}, systemd ${systemd}`, () => {
        let engine: Engine;
        let environment: Record<string, string>;
        let stack: TestStack;
        let machines: Record<string, MachineOutputs>;

        const run = (machine: string, script: string) => inMachine(machines[machine].container, script, environment);
        const units = () => sandboxedUnits(systemd, engine.cgroupVersion);

        /** The trials that fail, by their directives and users. */
        const failing = async (machine: string) => {
            const start = startScript(units());
            const numbers = await feed(["exec", "-i", machines[machine].container, "sh", "-s"], start, environment);
            return numbers
                .split("\n")
                .filter(Boolean)
                .map((number) => units()[Number(number)])
                .map(({ directive, user }) => `${directive} ${user}`)
                .sort();
        };

        before("machines that adapt, don't, and have another right", async function () {
            this.timeout("20m"); // chroots and base images may have to be made first
            const started = await startEngine(cell);
            if ("reason" in started) {
                skip(this, started.reason);
            }
            engine = started;
            environment = { DOCKER_HOST: engine.dockerHost };
            const image = await debian(release, engine.dockerHost);
            stack = await openStack(() => {
                const { machines } = new SystemdSandbox(pulumi.getStack(), { ...image, machines: MACHINES });
                return Promise.resolve({ machines });
            }, environment);
            machines = (await stack.up()).outputs.machines.value as typeof machines;
        });

        after("the machines, and the engine", async function () {
            this.timeout("10m"); // services take their time to stop, on a busy machine
            await stack?.close();
            if (engine !== undefined) {
                await stopEngine(engine);
            }
        });

        it("is taken back where the machine can't do it: every unit starts", async () => {
            assert.deepEqual(await failing("adapted"), []);
        });

        it("is left alone where it is strict: what the machine can't do fails, and nothing else", async () => {
            const impossible = units().filter((unit) => unit.impossible);
            assert.deepEqual(
                await failing("strict"),
                impossible.map(({ directive, user }) => `${directive} ${user}`).sort(),
            );
            assert.equal(await run("strict", "find /run/systemd -path '*generator.late*pulumi*'"), "");
        });

        // Not the processor's: on cgroup v1, the kernel may keep real time from a container whatever its rights.
        it("stays where the machine has the right: the disk's real time with SYS_NICE", async () => {
            // Type=exec: it has started once all of that is set.
            const lines = "'[Service]' Type=exec 'ExecStart=/bin/sleep infinity' IOSchedulingClass=realtime";
            const given = [
                `printf '%s\\n' ${lines} >/etc/systemd/system/io.service`,
                "systemctl daemon-reload",
                "systemctl start io.service",
                'ionice --pid "$(systemctl show --property=MainPID --value io.service)"',
            ].join(" && ");
            assert.match(await run("nicer", given), /^realtime: /);
            assert.match(await run("adapted", given), /^best-effort: /);
        });

        it("starts a unit that systemd wasn't told to reload for", async () => {
            const unit =
                "printf '%s\\n' '[Service]' Type=oneshot ExecStart=/bin/true User=daemon PrivateUsers=yes LockPersonality=yes";
            await run("adapted", `${unit} >/etc/systemd/system/new.service && systemctl start new.service`);
        });

        it("gives way to any other drop-in, and shows whose it is", async () => {
            await assert.rejects(run("adapted", "systemctl start own-word.service"));
            assert.equal(
                await run("adapted", "systemctl show --property=ExecMainStatus --value own-word.service"),
                "217",
            );
            assert.match(
                await run("adapted", "systemctl status --no-pager own-word.service; true"),
                /generator\.late\/service\.d\n +[└├].*00-pulumi-centos-systemd-users\.conf/,
            );
        });

        it("makes of a dynamic user one that stays, named as the service, who owns what the service keeps", async () => {
            const lines = "journalctl --output=cat --identifier=sh --unit=dynamic.service";
            assert.equal(await run("adapted", lines), "dynamic");
            assert.equal(await run("adapted", "stat --format='%U:%G' /var/lib/dynamic/x"), "dynamic:dynamic");
            await run("adapted", "systemctl start reader@one.service");
            assert.equal(await run("adapted", "cat /run/reader/x"), "reader");
        });

        it("keeps filters of root's services, and of other users' where systemd can set them up", async () => {
            const filters = (unit: string) =>
                run("adapted", `journalctl --output=cat --identifier=grep --unit=${unit} | tr -dc 0-9`).then(Number);
            const [roots, users] = [await filters("roots.service"), await filters("users.service")];
            // One is the engine's own.
            assert.ok(roots > 1, `${roots} filters`);
            assert.equal(users > 1, systemd < 256, `${users} filters`);
        });

        it("is told of once, in the journal", async () => {
            const journal = "journalctl --boot --output=cat --unit=pulumi-centos-systemd-sandboxing.target";
            const lines = (await run("adapted", journal)).split("\n");
            assert.equal(lines.length, 1);
            assert.match(lines[0], /without what this machine can't do for them: PrivateUsers=, .*DynamicUser=/);
            assert.equal(/User= is set: SystemCallFilter=/.test(lines[0]), systemd >= 256);
        });

        it("is the same after a restart", async () => {
            const { container } = machines.adapted;
            const files = "find /run/systemd/generator.late | sort | sha256sum";
            const before = await run("adapted", files);
            await docker(["restart", container], environment);
            await untilRunning(container, environment);
            assert.equal(await run("adapted", files), before);
        });
    });
}
