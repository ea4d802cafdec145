// npm run bench -- --kubernetes: ten machines on a cluster, beside ten plain Pods of the same image that kubectl makes and waits for.
import { execFileSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { delimiter } from "node:path";
import { debian } from "../support/base-image";
import { docker } from "../support/docker";
import { type Cluster, startCluster } from "../support/kubernetes/cluster";
import { kubernetesPlugin } from "../support/kubernetes/parts";
import { CHECKOUT } from "../support/stack";
import { plainPods } from "./plain-pods";
import { emptyProgram, sandboxProgram } from "./programs";
import { pulumiProject } from "./pulumi-project";
import { race, type Result } from "./race";
import { PHASES } from "./contender";

const MACHINES = 10;
const STACK = "bench-kubernetes";
/** How many times as long as plain Pods ours may take. */
const MOST = 1.3;

export async function benchOnCluster(rounds: number): Promise<void> {
    await kubernetesPlugin();
    const cluster = await startCluster();
    try {
        // What the programs of the components call, and Pulumi's provider reads.
        process.env.PATH = [cluster.path, process.env.PATH].join(delimiter);
        process.env.KUBECONFIG = cluster.kubeconfig;
        execFileSync("npm", ["run", "-s", "build"], { cwd: CHECKOUT, stdio: "inherit" });
        console.log(table(await results(cluster, rounds)));
    } finally {
        await cluster.stop();
    }
}

async function results(cluster: Cluster, rounds: number): Promise<readonly Result[]> {
    const directory = await mkdtemp(path.join(tmpdir(), "pulumi-centos-systemd-bench-"));
    const base = await debian("bookworm");
    const settings = { registry: `${cluster.registry}/bench`, runtimeClass: "crun-machine" };
    try {
        const ours = await pulumiProject(directory, STACK, sandboxProgram(MACHINES, base, settings));
        // Not measured: it builds the image, and the nodes pull it. The others are made like one of its Pods.
        await ours.phases.up?.();
        const plain = await plainPods(cluster, STACK, MACHINES);
        await ours.phases.down?.();
        const empty = await pulumiProject(directory, "empty-kubernetes", emptyProgram);
        return await race(MACHINES, [ours, plain, empty], rounds);
    } finally {
        await docker(["image", "rm", `${settings.registry}/${STACK}:${base.distribution}`]);
        await rm(directory, { recursive: true });
    }
}

function table(all: readonly Result[]): string {
    const [ours, plain] = all;
    const ratio = (ours.costs.up?.seconds ?? NaN) / (plain.costs.up?.seconds ?? NaN);
    return [
        `| ${MACHINES} machines | ${PHASES.join(" | ")} |`,
        `|---|${PHASES.map(() => "---").join("|")}|`,
        ...all.map(
            ({ contender, costs }) =>
                `| ${contender} | ${PHASES.map((phase) => costs[phase]?.seconds.toFixed(2) ?? "–").join(" | ")} |`,
        ),
        "",
        `\`up\` ÷ plain Pods: ${ratio.toFixed(2)}, at most ${MOST}: ${ratio <= MOST ? "✓" : "✗"}`,
    ].join("\n");
}
