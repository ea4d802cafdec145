import * as pulumi from "@pulumi/pulumi";
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type CgroupAccess, type MachineArgs, type MachineOutputs, SystemdSandbox } from "../../../components";
import { machineCgroup } from "../../../components/cgroup-parent";
import { debian } from "../../support/base-image";
import { docker, inMachine } from "../../support/docker";
import { feed } from "../../support/feed";
import { escape, expectedOutcomes } from "../../support/isolation";
import { skip } from "../../support/skip";
import { openStack, type TestStack } from "../../support/stack";
import { untilRunning } from "../../support/until-running";
import { VirtualMachine } from "../../support/virtual-machine";

const MANAGE_UNITS = readFileSync(join(__dirname, "../../support/in-machine/manage-units.sh"), "utf8");
const LIMITS = { memory: "256MiB", cpus: 1, pids: 200 };

/** What each of its engines confines machines with, and the accesses that boot there: the first one is chosen by itself. */
const ENGINES = {
    docker: { accesses: ["v2-writable", "v2-parent", "v2-named"], appArmorProfile: /^docker-default \(enforce\)$/ },
    podman: { accesses: ["podman"], appArmorProfile: /^containers-default-[0-9.]+ \(enforce\)$/ },
} as const;

/** Only in `npm run test:hosts`: everything in an emulated machine takes its time. */
if (process.env.HOSTS === "all") {
    describe("a host whose systemd manages cgroups, with AppArmor", function () {
        this.timeout("20m");
        let host: VirtualMachine;

        before("the host", async function () {
            try {
                host = await VirtualMachine.start();
            } catch (error) {
                skip(this, `no virtual machine: ${(error as Error).message}`);
            }
        });

        after("the host", () => host?.stop());

        for (const engine of ["docker", "podman"] as const) {
            describe(`machines of its ${engine}`, () => describeEngine(engine, () => host));
        }
    });
}

function describeEngine(engine: keyof typeof ENGINES, startedHost: () => VirtualMachine): void {
    const { appArmorProfile } = ENGINES[engine];
    const accesses: readonly CgroupAccess[] = ENGINES[engine].accesses;
    const podman = engine === "podman";
    let host: VirtualMachine;
    let environment: Record<string, string>;
    let stack: TestStack;
    let untouched: string[];
    let machines: Record<string, MachineOutputs>;

    const program = (args: MachineArgs) => async () => {
        const base = await debian("bookworm", host.engines[engine]);
        const all = accesses.map((access) => {
            const machines = { machine: { restart: "always", readyTimeout: 600, ...args } };
            const cgroupAccess = access === accesses[0] ? undefined : access;
            const sandbox = new SystemdSandbox(sandboxOf(access), { ...base, cgroupAccess, machines });
            return [access, sandbox.machines.apply(({ machine }) => machine)] as const;
        });
        return Object.fromEntries(all);
    };
    const sandboxOf = (access: CgroupAccess) => `${stack?.name ?? pulumi.getStack()}-${access}`;
    const inside = (access: CgroupAccess, script: string) => inMachine(machines[access].container, script, environment);

    /** All that could be left of a sandbox. */
    const traces = async () => {
        // The engine's own network gets another id when it starts.
        const networks = "network ls --format {{.Name}}";
        const known = ["ps --all --quiet", networks, "volume ls --quiet", "image ls --quiet --no-trunc"];
        const listed = known.map((words) => docker(words.split(" "), environment));
        const found = host.run(`
            find /sys/fs/cgroup -type d -name 'sandbox_*'
            systemctl list-units --all --plain --no-legend 'sandbox_*'
            find /run/systemd/system.control /run/pulumi-centos-systemd -type f 2>/dev/null || true
            grep cgroup /proc/mounts`);
        return [...(await Promise.all(listed)), await found];
    };

    /** What the host's systemd and kernel say of the limits around a machine's own cgroup. */
    const limits = (access: CgroupAccess) => {
        const { slice, directory } = machineCgroup(sandboxOf(access), "machine", "systemd");
        const properties = ["MemoryMax", "MemorySwapMax", "CPUQuotaPerSecUSec", "TasksMax"];
        return host.run(`
            systemctl show ${slice} ${properties.map((name) => `--property=${name}`).join(" ")} | sort
            cd /sys/fs/cgroup${directory}; cat memory.max cpu.max pids.max`);
    };

    before("a sandbox with each access", async () => {
        host = startedHost();
        environment = { DOCKER_HOST: host.engines[engine] };
        await debian("bookworm", host.engines[engine]);
        untouched = await traces();
        stack = await openStack(program(LIMITS), environment);
        const { outputs } = await stack.up();
        machines = Object.fromEntries(
            Object.entries(outputs).map(([access, { value }]) => [access, value as MachineOutputs]),
        );
    });

    after("the sandboxes", () => stack?.close());

    for (const access of accesses) {
        describe(access, () => {
            it("runs, confined by AppArmor", async () => {
                assert.equal(machines[access].state, "running");
                assert.match(await inside(access, "cat /proc/1/attr/current"), appArmorProfile);
            });

            it("can't get out", async () => {
                const { container } = machines[access];
                const hostsProcess = (await host.run("tr '\\0' ' ' <\"/proc/$(pidof dockerd)/cmdline\"")).trim();
                const neighbour = accesses.find((other) => other !== access);
                const foreign = { process: hostsProcess, address: neighbour && machines[neighbour].address };
                const sandbox = sandboxOf(access);
                const outcomes = await escape({ container, sandbox, access }, foreign, environment, "systemd");
                const alone = neighbour === undefined;
                const circumstances = { nsdelegate: true, appArmor: true, podman, alone };
                assert.deepEqual(outcomes, expectedOutcomes(access, circumstances));
            });

            it("manages units: processes, sessions, its own restart and its journal's", async () => {
                await feed(["exec", "-i", machines[access].container, "sh", "-s"], MANAGE_UNITS, environment);
            });

            // A machine writes no cgroups of memory, cpu and processes where systemd has a hierarchy of its own.
            if (access !== "v2-named") {
                it("limits its units", async () => {
                    const run = (property: string, script: string) =>
                        inside(
                            access,
                            `systemd-run --quiet --wait --pipe --property=${property} /bin/sh -c '${script}'`,
                        );
                    const crowd = "for i in $(seq 20); do sleep 1 & done; wait";
                    await assert.rejects(run("TasksMax=8", crowd), /Cannot fork/);
                    const hold = "head -c 64M /dev/zero | tail -c 64M | wc -c";
                    await assert.rejects(run("MemoryMax=16M", hold));
                    assert.equal(await run("MemoryMax=128M", hold), "67108864");
                });

                it("lies in a slice with its limits", async () => {
                    assert.deepEqual((await limits(access)).split("\n"), [
                        "CPUQuotaPerSecUSec=1s",
                        "MemoryMax=268435456",
                        "MemorySwapMax=0",
                        "TasksMax=200",
                        "268435456",
                        "100000 100000",
                        "200",
                    ]);
                });
            }
        });
    }

    // A suite of its own, since mocha runs a suite's own tests before those of the suites in it.
    describe("all of them", () => {
        it("keep to their limits", async () => {
            for (const access of accesses) {
                // Until it is over there is no room for another exec.
                const crowd = "for i in $(seq 250); do sleep 60 & done";
                await assert.rejects(inside(access, crowd), /Resource temporarily unavailable|Cannot fork/);
            }
        });

        it("change nothing in a second preview", async () => {
            assert.deepEqual(Object.keys(await stack.preview()), ["same"]);
        });

        it("get another limit without a new machine", async () => {
            const pids = async () => (await limits(accesses[0])).match(/^TasksMax=(.*)$/m)?.[1];
            stack.program(program({ ...LIMITS, pids: 300 }));
            assert.deepEqual(
                (await stack.changes()).filter((change) => !change.endsWith("-machine-limits")),
                [],
            );
            await stack.up();
            assert.equal(await pids(), "300");
            stack.program(program(LIMITS));
            await stack.up();
            assert.equal(await pids(), "200");
        });

        it("are set up again after a reboot, and back with their limits", async () => {
            await host.reboot();
            await stack.up();
            for (const access of accesses) {
                // One with v2-named couldn't boot before its hierarchy was there, and the engine tries again once a minute.
                await untilRunning(machines[access].container, environment, 300);
            }
            assert.match(await limits(accesses[0]), /^TasksMax=200$/m);
            assert.deepEqual(Object.keys(await stack.preview()), ["same"]);
        });

        it("leave nothing behind: no slice of its systemd, no cgroup, no mount, no container, network or image", async () => {
            await stack.destroy();
            assert.deepEqual(await traces(), untouched);
        });
    });
}
