import * as pulumi from "@pulumi/pulumi";
import type { PulumiFn } from "@pulumi/pulumi/automation";
import { delimiter } from "node:path";
import { type ClusterArgs, type MachineArgs, SystemdSandbox, type SystemdSandboxArgs } from "../../../components";
import { debian, type Release } from "../base-image";
import { openStack, type TestStack } from "../stack";
import type { Cluster } from "./cluster";

/** A runtime of the tests' cluster by which machines get their cgroups, and users of their own: the least privilege. */
export const RUNTIME_CLASS = "crun-machine";

/** What Pulumi, its plugins and our programs find the cluster by. */
export function environmentOf({ kubeconfig, path }: Cluster): Record<string, string> {
    return { KUBECONFIG: kubeconfig, PATH: [path, process.env.PATH].join(delimiter) };
}

/** What differs from the sandbox that tests usually have. */
interface Differences extends Omit<SystemdSandboxArgs, "machines" | "cluster"> {
    readonly cluster?: ClusterArgs;
    readonly release?: Release;
}

/** The program of a Debian sandbox on the cluster, named like its stack, so that tests beside each other never meet. */
export function sandboxOn(
    { registry }: Cluster,
    machines: Record<string, MachineArgs & { count?: number; on?: string }>,
    { cluster, release = "bookworm", ...more }: Differences = {},
): PulumiFn {
    return async () => {
        const place = { runtimeClass: RUNTIME_CLASS, ...(cluster?.image === undefined && { registry }), ...cluster };
        const sandbox = new SystemdSandbox(pulumi.getStack(), {
            ...(await debian(release)),
            ...more,
            cluster: place,
            machines,
        });
        return { machines: sandbox.machines, sshConfig: sandbox.sshConfig, inventory: sandbox.inventory };
    };
}

/** A fresh stack that uses the cluster; whoever opens it closes it. */
export function openOn(cluster: Cluster, program: PulumiFn): Promise<TestStack> {
    return openStack(program, environmentOf(cluster));
}

/** Runs `use` with a stack on the cluster that is destroyed and forgotten whatever happens; a failure shows what became of its Pods. */
export async function withStackOn<T>(
    cluster: Cluster,
    program: PulumiFn,
    use: (stack: TestStack) => Promise<T>,
): Promise<T> {
    const stack = await openOn(cluster, program);
    try {
        return await use(stack);
    } catch (error) {
        console.error(await podJournals(cluster, stack.name));
        throw error;
    } finally {
        await stack.close();
    }
}

/** Runs a shell command in a machine; throws where it fails, with what it printed. */
export async function inPod(cluster: Cluster, namespace: string, pod: string, script: string): Promise<string> {
    const words = ["--namespace", namespace, "exec", pod, "--container=machine", "--", "/bin/sh", "-c", script];
    return (await cluster.kubectl(...words)).trim();
}

/** Feeds a program in a machine with `input`, and gives what it prints. */
export async function feedPod(
    cluster: Cluster,
    { namespace, pod }: { namespace: string; pod: string },
    input: string,
    ...command: string[]
): Promise<string> {
    const words = ["--namespace", namespace, "exec", "--stdin", pod, "--container=machine", "--", ...command];
    return (await cluster.feed(input, ...words)).trim();
}

/** The journals (or, where systemd is gone, the consoles) of a namespace's machines: what a failed test is read by. */
export async function podJournals(cluster: Cluster, namespace: string): Promise<string> {
    const pods = await cluster.kubectl("--namespace", namespace, "get", "pods", "--output=name");
    const journals = pods
        .split("\n")
        .filter(Boolean)
        .map(async (pod) => {
            const journal = await inPod(cluster, namespace, pod, "journalctl --no-pager --lines=60")
                .catch(() => cluster.kubectl("--namespace", namespace, "logs", "--tail=60", pod))
                .catch((error: Error) => error.message);
            return `--- ${pod}\n${journal}`;
        });
    return (await Promise.all(journals)).join("\n");
}
