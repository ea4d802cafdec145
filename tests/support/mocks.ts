import * as pulumi from "@pulumi/pulumi";
import type { HostFacts } from "../../components/facts";

/** A resource that a program registered, with the inputs as the provider would get them. */
export interface Registered {
    readonly type: string;
    readonly name: string;
    readonly inputs: Record<string, unknown>;
}

/**
 * Pulumi's engine replaced by one that records: a host of these facts, commands that succeed, and an error for anything
 * unexpected. Two resources of one type and name are an error, as in the real engine.
 */
export async function recordResources(facts: HostFacts): Promise<Registered[]> {
    const resources: Registered[] = [];
    await pulumi.runtime.setMocks(
        {
            newResource({ type, name, inputs, id }) {
                if (id) {
                    // An id that is known beforehand is that of something that exists already, and is only read.
                    return { id, state: { name: id } };
                }
                if (resources.some((other) => other.type === type && other.name === name)) {
                    throw new Error(`registered twice: ${type} ${name}`);
                }
                resources.push({ type, name, inputs: inputs as Record<string, unknown> });
                return { id: `${name}-id`, state: { ...(inputs as object), ...outputs(type, name) } };
            },
            call({ token, inputs }) {
                const { command } = inputs as { command: string };
                if (token !== "command:local:run") {
                    throw new Error(`unexpected call: ${token}`);
                }
                return {
                    ...(inputs as object),
                    stdout: printed(command, facts),
                    stderr: "",
                };
            },
        },
        "test",
        "stack",
        false,
        "organization",
    );
    return resources;
}

function outputs(type: string, name: string): Record<string, unknown> {
    switch (type) {
        case "docker:index/image:Image":
            return { repoDigest: "sha256:image" };
        case "docker:index/container:Container":
            return { networkDatas: [{ networkName: "alice", ipAddress: "10.0.0.2" }] };
        case "command:local:Command":
            return { stdout: /-(ready|wait-for)$/.test(name) ? READY : name.endsWith("-claim") ? "alice" : "" };
        default:
            return {};
    }
}

const PLAN = JSON.stringify({
    bootId: "boot-id",
    inotifyInstances: 1024,
    nsdelegate: true,
    namedRefused: "",
    mount: "",
});

const READY = JSON.stringify({ state: "running", systemdVersion: 252, bootMilliseconds: 512 });

/** What the commands that look at the host print there; an image that is looked for is there. */
function printed(command: string, facts: HostFacts): string {
    const image = /^docker image inspect .* (sha256:\S+)/.exec(command)?.[1];
    return image ?? (command === "plan" ? PLAN : answer(facts));
}

/** The facts as Docker would have printed them. */
function answer(facts: HostFacts): string {
    const version = {
        Version: facts.engineVersion,
        Components: [{ Name: facts.engine === "podman" ? "Podman Engine" : "Engine" }],
    };
    const info = {
        Name: facts.hostName,
        CgroupVersion: String(facts.cgroupVersion),
        CgroupDriver: facts.cgroupDriver,
        Architecture: "x86_64",
        SecurityOptions: [
            ...(facts.rootless ? ["name=rootless"] : []),
            ...(facts.appArmor ? ["name=apparmor"] : []),
            ...(facts.seccomp ? ["name=seccomp,profile=default"] : []),
        ],
        MemoryLimit: facts.limits.memory,
        SwapLimit: facts.limits.swap,
        CpuCfsQuota: facts.limits.cpu,
        PidsLimit: facts.limits.pids,
    };
    return `${JSON.stringify(version)}\n${JSON.stringify(info)}`;
}
