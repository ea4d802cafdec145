import type { HostFacts } from "../../components/host/facts";

/** The facts in the words of Docker. */
export function engineAnswer(facts: HostFacts) {
    const version = {
        Version: facts.engineVersion,
        ApiVersion: facts.apiVersion,
        Components: [
            { Name: facts.engine === "podman" ? "Podman Engine" : "Engine" },
            { Name: "rootlesskit", Details: { StateDir: `/run/user/${facts.containerRoot}/dockerd-rootless` } },
        ],
    };
    const info = {
        Name: facts.hostName,
        CgroupVersion: String(facts.cgroupVersion),
        CgroupDriver: facts.cgroupDriver,
        Architecture: "x86_64",
        LoggingDriver: facts.loggingDriver,
        DockerRootDir: `/var/lib/docker/${facts.containerRoot}.${facts.containerRoot}`,
        MemTotal: facts.memoryBytes,
        NCPU: facts.processors,
        SecurityOptions: [
            ...(facts.rootless ? ["name=rootless"] : []),
            ...(facts.usernsRemap ? ["name=userns"] : []),
            ...(facts.appArmor ? ["name=apparmor"] : []),
            ...(facts.seccomp ? ["name=seccomp,profile=default"] : []),
        ],
        MemoryLimit: facts.limits.memory,
        SwapLimit: facts.limits.swap,
        CpuCfsQuota: facts.limits.cpu,
        PidsLimit: facts.limits.pids,
    };
    return { version, info };
}
