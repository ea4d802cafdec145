import assert from "node:assert/strict";
import type { CgroupAccess } from "../../components/cgroups/access";
import { accessNamed } from "../../components/cgroups/choice";
import { cgroupLimits as limitsAround, containerLimits, isLimited } from "../../components/docker/limits";
import { machineShortcomings } from "../../components/docker/machine-shortcomings";
import type { HostFacts } from "../../components/host/facts";
import type { MachineArgs } from "../../components/machine/arguments";
import type { Limits } from "../../components/machine/limits/limits";
import { describeProblems } from "../../components/rules/problem";
import { host } from "../support/host-facts";
import { specOf } from "../support/machine";
import { machineProblems } from "../support/problems";

const V1 = host({ cgroupVersion: 1, engineVersion: "20.10.24" });
const V2 = host({});
const ARGS = { memory: "1GiB", cpus: 1.5, pids: 100 };
const ALL = specOf(ARGS).limits;

const cgroupLimits = (limits: Limits, facts: HostFacts, access: CgroupAccess) =>
    limitsAround(limits, facts, accessNamed(access));
const shortcomings = (args: MachineArgs, facts: HostFacts) => machineShortcomings(specOf(args), facts);

describe("a machine's limits", () => {
    it("are the container's, without swap beyond the memory", () => {
        assert.deepEqual(containerLimits(ALL, V1), {
            memory: 1024,
            memorySwap: 1024,
            cpuPeriod: 100_000,
            cpuQuota: 150_000,
        });
    });

    it("leave swap as the engine does, where it can't limit it", () => {
        const facts = host({ limits: { memory: true, swap: false, cpu: true, pids: true } });
        assert.deepEqual(containerLimits({ memory: 512 }, facts).memorySwap, -1);
    });

    for (const access of ["v2-parent", "v2-writable", "podman"] as const) {
        it(`with ${access} lie on the cgroup around it too, where the machine can't raise them`, () => {
            assert.deepEqual(cgroupLimits(ALL, V2, access), {
                files: [
                    "- memory.max 1073741824",
                    "- memory.swap.max 0",
                    "- cpu.max 150000 100000",
                    "- pids.max 100",
                    "- cgroup.max.descendants 4096",
                ],
                properties: [],
            });
        });
    }

    it("lie there by the host's systemd where it manages cgroups, and would write over them", () => {
        assert.deepEqual(cgroupLimits(ALL, host({ cgroupDriver: "systemd" }), "v2-writable"), {
            // It has no property for the number of cgroups.
            files: ["- cgroup.max.descendants 4096"],
            properties: ["MemoryMax=1073741824", "MemorySwapMax=0", "CPUQuota=150%", "TasksMax=100"],
        });
        const v1 = host({ cgroupDriver: "systemd", cgroupVersion: 1 });
        assert.deepEqual(cgroupLimits(ALL, v1, "v1-parent"), { files: [], properties: ["TasksMax=100"] });
    });

    it("are the engine's where they are out of reach; only that of processes isn't, which the provider doesn't know", () => {
        assert.deepEqual(cgroupLimits(ALL, V1, "v1-parent").files, ["pids pids.max 100"]);
        assert.deepEqual(cgroupLimits(ALL, V2, "v2-named").files, ["- pids.max 100"]);
    });

    it("are taken back there when they are taken out of the program", () => {
        assert.deepEqual(cgroupLimits({ pids: 100 }, V2, "v2-parent").files, [
            "- memory.max max",
            "- memory.swap.max max",
            "- cpu.max max 100000",
            "- pids.max 100",
            "- cgroup.max.descendants 4096",
        ]);
        assert.deepEqual(cgroupLimits({ cpus: 0.015 }, host({ cgroupDriver: "systemd" }), "v2-parent").properties, [
            "MemoryMax=infinity",
            "MemorySwapMax=infinity",
            "CPUQuota=2%",
            "TasksMax=infinity",
        ]);
    });

    it("are none where nobody asked for one", () => {
        assert.deepEqual(containerLimits({}, V2), {
            memory: undefined,
            memorySwap: undefined,
            cpuPeriod: undefined,
            cpuQuota: undefined,
        });
        assert.equal(isLimited({}, accessNamed("v1-parent")), false);
        // The number of cgroups always is, where it can be.
        assert.equal(isLimited({}, accessNamed("v2-writable")), true);
    });

    for (const [argument, value, allowed] of [
        ["memory", "512", /64MiB or more/],
        ["memory", "32MiB", /64MiB or more/],
        ["memory", "0.5GiB", /a whole number of MiB or GiB/],
        ["cpus", 0, /0\.01 or more/],
        ["pids", 8, /a whole number from 32/],
    ] as const) {
        it(`refuses ${argument} ${value}`, () => {
            const [problem, ...others] = machineProblems({ [argument]: value });
            assert.deepEqual(others, []);
            assert.equal(problem.argument, `machines.web.${argument}`);
            assert.ok("allowed" in problem);
            assert.match(problem.allowed, allowed);
        });
    }

    it("accept what is right", () => {
        assert.deepEqual(machineProblems(ARGS), []);
        assert.deepEqual(shortcomings(ARGS, V2), []);
    });

    it("are refused where the engine would drop them silently", () => {
        const facts = host({ limits: { memory: false, swap: false, cpu: false, pids: false } });
        assert.deepEqual(
            shortcomings(ARGS, facts).map(({ argument }) => argument),
            ["memory", "cpus", "pids"],
        );
    });

    it("are refused where they are more than the host has, and so none", () => {
        const facts = host({ memoryBytes: 2 ** 30, processors: 1 });
        const args = { memory: "2GiB", cpus: 1.5, shmSize: "2GiB", tmpfs: { "/t": { size: "1025MiB" } } };
        const found = machineShortcomings(specOf(args), facts, "machines.web.");
        assert.deepEqual(
            found.map(({ argument }) => argument),
            ["memory", "shmSize", 'tmpfs["/t"].size', "cpus"].map((name) => `machines.web.${name}`),
        );
        assert.match(
            describeProblems(found),
            /machines\.web\.memory can't be combined with this host: it has 1024MiB of memory/,
        );
        assert.match(describeProblems(found), /it has 1 processor\./);
        assert.deepEqual(shortcomings({ memory: "1GiB", cpus: 1, tmpfs: { "/t": { size: "1GiB" } } }, facts), []);
    });
});
