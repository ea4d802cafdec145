// Runs a command with a cluster: KUBECONFIG, TEST_REGISTRY and `kubectl` are that cluster's. Stops it afterwards.
//
//   npx tsx tests/support/kubernetes/with.ts kubectl get nodes
import { spawn } from "node:child_process";
import { once } from "node:events";
import { delimiter } from "node:path";
import { startCluster } from "./cluster";
import { kubernetesPlugin } from "./parts";

async function main([command, ...words]: string[]): Promise<number> {
    if (command === undefined) {
        throw new Error("usage: npx tsx tests/support/kubernetes/with.ts COMMAND …");
    }
    // Ctrl-C is the command's; the cluster is stopped when that has ended.
    process.on("SIGINT", () => {});
    await kubernetesPlugin();
    const cluster = await startCluster();
    try {
        const env = {
            ...process.env,
            KUBECONFIG: cluster.kubeconfig,
            TEST_REGISTRY: cluster.registry,
            PATH: [cluster.path, process.env.PATH].join(delimiter),
        };
        const [code] = (await once(spawn(command, words, { env, stdio: "inherit" }), "close")) as [number | null];
        return code ?? 1;
    } finally {
        await cluster.stop();
    }
}

main(process.argv.slice(2)).then(
    (code) => (process.exitCode = code),
    (error: Error) => {
        console.error(error.message);
        process.exitCode = 1;
    },
);
