import assert from "node:assert/strict";
import {
    cgroupLimits,
    containerLimits,
    isLimited,
    limitHostProblems,
    limitProblems,
} from "../../components/machine/limits";
import { host } from "../support/host-facts";

const V1 = host({ cgroupVersion: 1, engineVersion: "20.10.24" });
const V2 = host({});
const ALL = { memory: "1GiB", cpus: 1.5, pids: 100 };

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
        assert.deepEqual(containerLimits({ memory: "512MiB" }, facts).memorySwap, -1);
    });

    for (const access of ["v2-parent", "v2-writable", "podman"] as const) {
        it(`with ${access} lie on the cgroup around it too, where the machine can't raise them`, () => {
            assert.deepEqual(cgroupLimits(ALL, V2, access), [
                ":memory.max:1073741824",
                ":memory.swap.max:0",
                ":cpu.max:150000 100000",
                ":pids.max:100",
            ]);
        });
    }

    it("lie there by the host's systemd where it manages cgroups, and would write over them", () => {
        assert.deepEqual(cgroupLimits(ALL, host({ cgroupDriver: "systemd" }), "v2-writable"), [
            "MemoryMax=1073741824",
            "MemorySwapMax=0",
            "CPUQuota=150%",
            "TasksMax=100",
        ]);
        const v1 = host({ cgroupDriver: "systemd", cgroupVersion: 1 });
        assert.deepEqual(cgroupLimits(ALL, v1, "v1-parent"), ["TasksMax=100"]);
    });

    it("are the engine's where they are out of reach; only that of processes isn't, which the provider doesn't know", () => {
        assert.deepEqual(cgroupLimits(ALL, V1, "v1-parent"), ["pids:pids.max:100"]);
        assert.deepEqual(cgroupLimits(ALL, V2, "v2-named"), [":pids.max:100"]);
    });

    it("are taken back there when they are taken out of the program", () => {
        assert.deepEqual(cgroupLimits({ pids: 100 }, V2, "v2-parent"), [
            ":memory.max:max",
            ":memory.swap.max:max",
            ":cpu.max:max 100000",
            ":pids.max:100",
        ]);
        assert.deepEqual(cgroupLimits({ cpus: 0.015 }, host({ cgroupDriver: "systemd" }), "v2-parent"), [
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
        assert.equal(isLimited({}), false);
    });

    for (const [argument, value, allowed] of [
        ["memory", "512", /64MiB or more/],
        ["memory", "32MiB", /64MiB or more/],
        ["memory", "0.5GiB", /a whole number of MiB or GiB/],
        ["cpus", 0, /0\.01 or more/],
        ["pids", 8, /a whole number from 32/],
    ] as const) {
        it(`refuses ${argument} ${value}`, () => {
            const [problem, ...others] = limitProblems({ [argument]: value }, "machines.web.");
            assert.deepEqual(others, []);
            assert.equal(problem.argument, `machines.web.${argument}`);
            assert.match(problem.allowed, allowed);
        });
    }

    it("accept what is right", () => {
        assert.deepEqual(limitProblems(ALL, ""), []);
        assert.deepEqual(limitHostProblems(ALL, V2), []);
    });

    it("are refused where the engine would drop them silently", () => {
        const facts = host({ limits: { memory: false, swap: false, cpu: false, pids: false } });
        assert.deepEqual(
            limitHostProblems(ALL, facts).map(({ argument }) => argument),
            ["memory", "cpus", "pids"],
        );
    });
});
