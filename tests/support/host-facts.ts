import type { HostFacts } from "../../components/host/facts";

/** A current Docker host on cgroup v2, except for what the test says. */
export function host(facts: Partial<HostFacts>): HostFacts {
    return {
        engine: "docker",
        hostName: "host",
        engineVersion: "28.5.2",
        apiVersion: "1.51",
        cgroupVersion: 2,
        cgroupDriver: "cgroupfs",
        cgroupRoot: "",
        loggingDriver: "json-file",
        rootless: false,
        usernsRemap: false,
        containerRoot: 0,
        appArmor: false,
        seLinux: false,
        seccomp: true,
        architecture: "amd64",
        limits: { memory: true, swap: true, cpu: true, pids: true },
        memoryBytes: 8 * 2 ** 30,
        processors: 4,
        ...facts,
    };
}

/** The same with `userns-remap`. */
export const remapped = (facts: Partial<HostFacts> = {}) =>
    host({ usernsRemap: true, containerRoot: 300_000, ...facts });

/** The same as a user's own engine, in what systemd has delegated to that user. */
export const rootless = (facts: Partial<HostFacts> = {}) =>
    host({
        rootless: true,
        containerRoot: 1000,
        cgroupDriver: "none",
        cgroupRoot: "/user.slice/user-1000.slice/user@1000.service",
        ...facts,
    });
