import * as pulumi from "@pulumi/pulumi";
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type CgroupAccess, type MachineOutputs, SystemdSandbox } from "../../../components";
import type { HostFacts } from "../../../components/host/facts";
import { NAMED_HIERARCHY } from "../../../components/cgroups/v2-named";
import { debian } from "../../support/base-image";
import { inMachine, type Inspection, inspect } from "../../support/docker";
import { cells, type Engine, startEngine, stopEngine } from "../../support/engines";
import { factsOf } from "../../support/facts";
import { feed } from "../../support/feed";
import { escape, expectedOutcomes, mark } from "../../support/isolation";
import { reboot } from "../../support/reboot";
import { type Row, rows } from "../../support/rows";
import { skip } from "../../support/skip";
import { type Snapshot, snapshot } from "../../support/snapshot";
import { openStack, type TestStack } from "../../support/stack";
import { untilRunning } from "../../support/until-running";

const MANAGE_UNITS = readFileSync(join(__dirname, "../../support/in-machine/manage-units.sh"), "utf8");
/** `npm run test:hosts` runs every row, `npm test` the core. */
const EVERY_ROW = process.env.HOSTS === "all";

/** What the table at the end says of each row. */
const results: Record<string, string | number>[] = [];

/** All rows of one cell in one stack: a sandbox for each, so that they boot beside each other. */
for (const cell of cells) {
    const here = rows.filter((row) => row.cell === cell.name && (row.core || EVERY_ROW));
    if (here.length > 0) {
        describe(`machines on ${cell.name}`, () => describeCell(cell.name, here));
    }
}

after("the table of all rows", () => {
    if (results.length > 0) {
        console.table(results);
    }
});

function describeCell(cell: string, here: readonly Row[]): void {
    let engine: Engine;
    let environment: Record<string, string>;
    let stack: TestStack;
    let facts: HostFacts;
    let untouched: Snapshot;
    let announced = "";
    let machines: Record<string, MachineOutputs>;

    const key = (row: Row) => `${row.access}-${row.systemd}`;
    const container = (row: Row) => machines[key(row)].container;

    /** Cgroups are the machine's, not the engine's: those of other people's sandboxes come and go. */
    const traces = async () => {
        const { cgroups, ...rest } = await snapshot(engine);
        return { ...rest, cgroups: cgroups.filter((path) => stack !== undefined && path.includes(stack.name)) };
    };

    /** A machine is called as its cgroup is, and comes back even when the engine crashes. */
    const program = async () => {
        const up: Record<string, unknown> = {};
        for (const row of here) {
            const sandbox = new SystemdSandbox(`${pulumi.getStack()}-${key(row)}`, {
                ...(await debian(row.release, engine.dockerHost)),
                cgroupAccess: row.chosen ? undefined : row.access,
                machines: { machine: { restart: "always" } },
            });
            up[key(row)] = sandbox.machines.apply(({ machine }) => machine);
        }
        return up;
    };

    before("the engine, and a sandbox for each row", async function () {
        this.timeout("20m"); // chroots and base images may have to be made first
        const started = await startEngine(cell, { own: true });
        if ("reason" in started) {
            skip(this, started.reason);
        }
        engine = started;
        environment = { DOCKER_HOST: engine.dockerHost };
        facts = await factsOf(environment);
        for (const { release } of here) {
            await debian(release, engine.dockerHost);
        }
        untouched = await traces();
        stack = await openStack(program, environment);
        await stack.preview((text) => (announced += text));
        const { outputs } = await stack.up();
        machines = Object.fromEntries(
            Object.entries(outputs).map(([row, { value }]) => [row, value as MachineOutputs]),
        );
    });

    after("the engine", async () => {
        await stack?.close();
        if (engine !== undefined) {
            await stopEngine(engine);
        }
    });

    for (const row of here) {
        describe(`systemd ${row.systemd}, ${row.access}`, () => {
            const result: Record<string, string | number> = {
                engine: cell,
                systemd: row.systemd,
                access: row.access,
                state: "absent",
                "boot s": "",
                isolation: "not proven",
            };

            before("its line in the table", () => void results.push(result));

            it("runs, with no failed unit", async () => {
                const { state, bootSeconds, systemdVersion } = machines[key(row)];
                Object.assign(result, { state, "boot s": bootSeconds });
                assert.deepEqual({ state, systemdVersion }, { state: "running", systemdVersion: row.systemd });
                assert.equal(await inMachine(container(row), "systemctl --failed --no-legend", environment), "");
            });

            it("has no privilege, and may write no path of the host but its own cgroup", async () => {
                const { HostConfig } = await inspect(container(row), environment);
                const { Privileged, CapAdd, SecurityOpt, Binds } = HostConfig;
                assert.equal(accessOf(HostConfig), row.access);
                assert.deepEqual({ Privileged, CapAdd: CapAdd ?? [] }, { Privileged: false, CapAdd: [] });
                assert.deepEqual(SecurityOpt ?? [], row.access === "v2-writable" ? ["writable-cgroups=true"] : []);
                const own = new RegExp(`/sandbox_${stack.name}_[a-z0-9_]+/machine(/delegated)?:`);
                for (const bind of Binds ?? []) {
                    assert.ok(bind.split(":")[2].split(",").includes("ro") || own.test(bind), bind);
                }
            });

            it("can't get out", async () => {
                const neighbour = here.find((other) => other !== row) ?? row;
                const process = await mark(container(neighbour), environment);
                const podman = engine.kind === "podman";
                // Podman 4 keeps no sandboxes apart (docs/hosts.md), and says so.
                const address = podman ? undefined : machines[key(neighbour)].address;
                const outcomes = await escape(
                    { ...row, container: container(row), sandbox: `${stack.name}-${key(row)}` },
                    { process, address },
                    environment,
                    facts,
                );
                const circumstances = {
                    nsdelegate: untouched.nsdelegate,
                    podman,
                    alone: podman,
                    mapped: facts.containerRoot !== 0,
                    remapped: facts.usernsRemap,
                };
                assert.deepEqual(outcomes, expectedOutcomes(row.access, circumstances));
                result.isolation = `${Object.keys(outcomes).length} attempts failed`;
            });

            it("manages units: processes, sessions, its own restart and its journal's", async () => {
                await feed(["exec", "-i", container(row), "sh", "-s"], MANAGE_UNITS, environment);
            });

            it("reboots without the engine: systemd begins anew, with nothing in /run and what the package has installed", async () => {
                await inMachine(container(row), "touch /run/stale", environment);
                await reboot(container(row), environment);
                await untilRunning(container(row), environment);
                const left =
                    "ls /run/stale /usr/lib/systemd/systemd-shutdown.* /lib/systemd/systemd-shutdown.* 2>/dev/null";
                assert.equal(
                    await inMachine(container(row), `${left}; systemctl --failed --no-legend`, environment),
                    "",
                );
            });
        });
    }

    // A suite of its own, since mocha runs a suite's own tests before those of the suites in it.
    describe("all of them", () => {
        it("were announced: a preview says which set-up step is privileged, or that none is", () => {
            const named = here.some(({ access }) => access === "v2-named");
            assert.match(announced, /Host set-up for (v[12]-(parent|writable)|podman): no privileged step\./);
            // Podman 5 and newer does.
            const warned = engine.kind === "podman" && parseInt(engine.version, 10) < 5;
            assert.equal(/Podman \S+ does not keep sandboxes apart/.test(announced), warned);
            assert.equal(/Host set-up for v2-named: one privileged step, .*CAP_SYS_ADMIN/.test(announced), named);
        });

        for (const how of EVERY_ROW ? (["graceful", "kill"] as const) : (["kill"] as const)) {
            it(`come back when the engine is ${how === "kill" ? "killed" : "restarted"}, and nothing changes but that they are looked at again`, async () => {
                await engine.restart(how);
                await Promise.all(here.map((row) => untilRunning(container(row), environment)));
                // Podman's machines don't even notice: each has a monitor of its own.
                const booted = engine.kind === "podman" ? [] : here;
                assert.deepEqual(
                    (await stack.changes()).sort(),
                    booted.map((row) => `update ${container(row)}-ready`).sort(),
                );
                await stack.up();
                assert.deepEqual(await stack.changes(), []);
            });
        }

        it("leave nothing behind: no container, network, image, cgroup or mount, and nsdelegate as it was", async () => {
            await stack.destroy();
            assert.deepEqual(await traces(), untouched);
        });
    });
}

/** By which access a container was made; each has something that no other one has. */
function accessOf({ SecurityOpt, Binds }: Inspection["HostConfig"]): CgroupAccess | undefined {
    const binds = (Binds ?? []).map((bind) => bind.split(":")[0]);
    return SecurityOpt?.includes("writable-cgroups=true")
        ? "v2-writable"
        : binds.includes(NAMED_HIERARCHY)
          ? "v2-named"
          : binds.includes("/sys/fs/cgroup")
            ? "v2-parent"
            : binds.includes("/sys/fs/cgroup/systemd")
              ? "v1-parent"
              : binds.length === 0
                ? "podman"
                : undefined;
}
