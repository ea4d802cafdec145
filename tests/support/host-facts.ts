import type { HostFacts } from "../../components/facts";

/** A current Docker host on cgroup v2, except for what the test says. */
export function host(facts: Partial<HostFacts>): HostFacts {
    return {
        engine: "docker",
        hostName: "host",
        engineVersion: "28.5.2",
        cgroupVersion: 2,
        cgroupDriver: "cgroupfs",
        rootless: false,
        usernsRemap: false,
        appArmor: false,
        seLinux: false,
        seccomp: true,
        architecture: "amd64",
        limits: { memory: true, swap: true, cpu: true, pids: true },
        ...facts,
    };
}
