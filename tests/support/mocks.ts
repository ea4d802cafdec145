import * as pulumi from "@pulumi/pulumi";
import type { HostFacts } from "../../components/host/facts";
import { clusterAnswer, type ClusterSight, setUp } from "./cluster-facts";
import { engineAnswer } from "./engine-answer";

/** A resource that a program registered, with the inputs as the provider would get them. */
export interface Registered {
    readonly type: string;
    readonly name: string;
    readonly inputs: Record<string, unknown>;
}

/**
 * Pulumi's engine replaced by one that records: a host and a cluster of these facts, commands that succeed, and an error for
 * anything unexpected. Two resources of one type and name are an error, as in the real engine.
 */
export async function recordResources(facts: HostFacts, clusterSight: ClusterSight = setUp): Promise<Registered[]> {
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
                return { id: `${name}-id`, state: { ...(inputs as object), ...outputs(type, name, inputs as Inputs) } };
            },
            call({ token, inputs }) {
                const { command, environment } = inputs as { command: string; environment: Record<string, string> };
                if (token !== "command:local:run") {
                    throw new Error(`unexpected call: ${token}`);
                }
                return {
                    ...(inputs as object),
                    stdout: printed(command, environment, facts, clusterSight),
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

/** Of those resources whose outputs are more than their inputs. */
interface Inputs {
    readonly imageName?: string;
    readonly skipPush?: boolean;
    readonly environment?: Record<string, string>;
    readonly metadata?: object;
}

function outputs(type: string, name: string, inputs: Inputs): Record<string, unknown> {
    switch (type) {
        case "docker:index/image:Image":
            return { repoDigest: inputs.skipPush ? "sha256:image" : pushed(inputs.imageName ?? "") };
        case "command:local:Command":
            return { stdout: result(/[^-]+(-for)?$/.exec(name)?.[0] ?? "", inputs.environment ?? {}) };
        case "kubernetes:core/v1:Pod":
            return { metadata: { ...inputs.metadata, uid: `${name}-uid` } };
        default:
            return {};
    }
}

/** An image in a registry, by its digest and without its tag. */
function pushed(imageName: string): string {
    return `${imageName.replace(/:[^:/]+$/, "")}@sha256:${"c".repeat(64)}`;
}

/** What the program prints that a Command of such a name runs. */
function result(command: string, { NAMESPACE }: Record<string, string>): string {
    switch (command) {
        case "ready":
        case "wait-for":
            return JSON.stringify(NAMESPACE === undefined ? READY : { ...READY, ports: [], node: "node-a" });
        case "claim":
            return JSON.stringify({ owner: "alice", instance: "0a1b2c3d" });
        case "network":
            return "network-id";
        default:
            return "";
    }
}

const KERNEL = { bootId: "boot-id", inotifyInstances: 1024, nsdelegate: true, hierarchy: true, namedRefused: "" };

const READY = {
    state: "running",
    systemdVersion: 252,
    bootMilliseconds: 512,
    address: "10.0.0.2",
    ports: ["127.0.0.1:49153->22/tcp"],
    hostKey: `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${"a".repeat(43)} root@web`,
};

/** What the programs that look print: nothing of the sandbox is on the host yet, but for an image that is looked for. */
function printed(
    command: string,
    { IMAGE = "" }: Record<string, string>,
    facts: HostFacts,
    clusterSight: ClusterSight,
): string {
    switch (command) {
        case "node .centos-systemd/programs/look.mjs":
            return JSON.stringify({
                ...engineAnswer(facts),
                containers: [],
                networks: [],
                images: IMAGE === "" ? [] : [IMAGE],
                imageTags: [],
                missingPaths: [],
                kernel: { bootId: KERNEL.bootId, slices: "" },
            });
        case "node .centos-systemd/programs/cluster-look.mjs":
            return JSON.stringify(clusterAnswer(clusterSight));
        case "node .centos-systemd/programs/probe.mjs":
            return JSON.stringify(KERNEL);
        default:
            throw new Error(`unexpected command: ${command}`);
    }
}
