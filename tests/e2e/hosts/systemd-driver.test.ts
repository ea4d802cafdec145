import * as pulumi from "@pulumi/pulumi";
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type CgroupAccess, type MachineArgs, type MachineOutputs, SystemdSandbox } from "../../../components";
import { machineCgroups } from "../../../components/cgroups/parents";
import type { HostFacts } from "../../../components/host/facts";
import { debian } from "../../support/base-image";
import { docker, inMachine } from "../../support/docker";
import { factsOf } from "../../support/facts";
import { feed } from "../../support/feed";
import { escape, expectedOutcomes } from "../../support/isolation";
import { skip } from "../../support/skip";
import { openStack, type TestStack } from "../../support/stack";
import { untilRunning } from "../../support/until-running";
import { VirtualMachine } from "../../support/virtual-machine";

const MANAGE_UNITS = readFileSync(join(__dirname, "../../support/in-machine/manage-units.sh"), "utf8");
const LIMITS = { memory: "256MiB", cpus: 1, pids: 200 };

interface EngineUnderTest {
    /** Sandboxes, by the access of each; the first one's is chosen by itself. */
    readonly sandboxes: Readonly<Record<string, CgroupAccess>>;
    readonly appArmorProfile: RegExp;
}

const ENGINES: Readonly<Record<"docker" | "podman", EngineUnderTest>> = {
    docker: {
        sandboxes: { "v2-writable": "v2-writable", "v2-parent": "v2-parent", "v2-named": "v2-named" },
        appArmorProfile: /^docker-default \(enforce\)$/,
    },
    podman: {
        sandboxes: { podman: "podman", "podman-beside": "podman" },
        appArmorProfile: /^containers-default-[0-9.]+ \(enforce\)$/,
    },
};

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
    const { appArmorProfile, sandboxes } = ENGINES[engine];
    const names = Object.keys(sandboxes);
    const podman = engine === "podman";
    let host: VirtualMachine;
    let environment: Record<string, string>;
    let stack: TestStack;
    let facts: HostFacts;
    let untouched: string[];
    let machines: Record<string, MachineOutputs>;

    const program = (args: MachineArgs) => async () => {
        const base = await debian("bookworm", host.engines[engine]);
        const all = names.map((name) => {
            const machines = { machine: { restart: "always" as const, readyTimeout: 600, ...args } };
            const cgroupAccess = name === names[0] ? undefined : sandboxes[name];
            const sandbox = new SystemdSandbox(sandboxOf(name), { ...base, cgroupAccess, machines });
            return [name, sandbox.machines.apply(({ machine }) => machine)] as const;
        });
        return Object.fromEntries(all);
    };
    const sandboxOf = (name: string) => `${stack?.name ?? pulumi.getStack()}-${name}`;
    const inside = (name: string, script: string) => inMachine(machines[name].container, script, environment);

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
    const limits = (name: string) => {
        const { slice, directory } = machineCgroups(sandboxOf(name), "machine", facts).parent;
        const properties = ["MemoryMax", "MemorySwapMax", "CPUQuotaPerSecUSec", "TasksMax"];
        return host.run(`
            systemctl show ${slice} ${properties.map((name) => `--property=${name}`).join(" ")} | sort
            cd /sys/fs/cgroup${directory}; cat memory.max cpu.max pids.max`);
    };

    before("its sandboxes", async () => {
        host = startedHost();
        environment = { DOCKER_HOST: host.engines[engine] };
        facts = await factsOf(environment);
        await debian("bookworm", host.engines[engine]);
        untouched = await traces();
        stack = await openStack(program(LIMITS), environment);
        const { outputs } = await stack.up();
        machines = Object.fromEntries(
            Object.entries(outputs).map(([name, { value }]) => [name, value as MachineOutputs]),
        );
    });

    after("the sandboxes", () => stack?.close());

    for (const [name, access] of Object.entries(sandboxes)) {
        describe(name, () => {
            it("runs, confined by AppArmor", async () => {
                assert.equal(machines[name].state, "running");
                assert.match(await inside(name, "cat /proc/1/attr/current"), appArmorProfile);
            });

            it("can't get out", async () => {
                const { container } = machines[name];
                const hostsProcess = (await host.run("tr '\\0' ' ' <\"/proc/$(pidof dockerd)/cmdline\"")).trim();
                const neighbour = names.find((other) => other !== name)!;
                const foreign = { process: hostsProcess, address: machines[neighbour].address };
                const sandbox = sandboxOf(name);
                const outcomes = await escape({ container, sandbox, access }, foreign, environment, facts);
                assert.deepEqual(outcomes, expectedOutcomes(access, { nsdelegate: true, appArmor: true, podman }));
            });

            it("manages units: processes, sessions, its own restart and its journal's", async () => {
                await feed(["exec", "-i", machines[name].container, "sh", "-s"], MANAGE_UNITS, environment);
            });

            // A machine writes no cgroups of memory, cpu and processes where systemd has a hierarchy of its own.
            if (access !== "v2-named") {
                it("limits its units", async () => {
                    const run = (property: string, script: string) =>
                        inside(name, `systemd-run --quiet --wait --pipe --property=${property} /bin/sh -c '${script}'`);
                    const crowd = "for i in $(seq 20); do sleep 1 & done; wait";
                    await assert.rejects(run("TasksMax=8", crowd), /Cannot fork/);
                    const hold = "head -c 64M /dev/zero | tail -c 64M | wc -c";
                    await assert.rejects(run("MemoryMax=16M", hold));
                    assert.equal(await run("MemoryMax=128M", hold), "67108864");
                });

                it("lies in a slice with its limits", async () => {
                    assert.deepEqual((await limits(name)).split("\n"), [
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
            for (const name of names) {
                // Until it is over there is no room for another exec.
                const crowd = "for i in $(seq 250); do sleep 60 & done";
                await assert.rejects(inside(name, crowd), /Resource temporarily unavailable|Cannot fork/);
            }
        });

        it("change nothing in a second preview", async () => {
            assert.deepEqual(Object.keys(await stack.preview()), ["same"]);
        });

        it("get another limit without a new machine", async () => {
            const pids = async () => (await limits(names[0])).match(/^TasksMax=(.*)$/m)?.[1];
            stack.program(program({ ...LIMITS, pids: 300 }));
            assert.deepEqual(
                (await stack.changes()).filter((change) => !change.endsWith("-setup")),
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
            for (const name of names) {
                // One with v2-named couldn't boot before its hierarchy was there.
                await untilRunning(machines[name].container, environment, 300);
            }
            assert.match(await limits(names[0]), /^TasksMax=200$/m);
            // One that couldn't boot was started again and again while `up` was at work: it is looked at once more.
            await stack.up();
            assert.deepEqual(Object.keys(await stack.preview()), ["same"]);
        });

        it("leave nothing behind: no slice of its systemd, no cgroup, no mount, no container, network or image", async () => {
            await stack.destroy();
            assert.deepEqual(await traces(), untouched);
        });
    });
}
