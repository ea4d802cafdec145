import { existsSync } from "node:fs";
import { dirname } from "node:path";

/**
 * Kubernetes' servers and what nodes need beside Debian's packages, built from Go modules at most once. Says so while it is made.
 *
 * @returns the directory of the programs
 */
export async function clusterPrograms(): Promise<string> {
    const { kube } = await import("../../../toolchain/kubernetes.mjs");
    const { buildPart } = await import("../../../toolchain/parts.mjs");
    const { run } = await import("../../../toolchain/step.mjs");
    if (!existsSync(kube.executable)) {
        const step = {
            name: `Kubernetes ${kube.version}`,
            why: "a cluster of the tests' own needs it, so it is built from Go modules, once (about 9 minutes on two cores)",
            found: () => Promise.resolve(undefined),
            make: async (progress: (activity: string) => void) => {
                await buildPart(kube, progress);
                return dirname(kube.executable);
            },
        };
        await run(step, console.warn);
    }
    return dirname(kube.executable);
}

/** Sees to Pulumi's own plugin for Kubernetes: the user's, a downloaded one, or one that is built from its Go module. */
export async function kubernetesPlugin(): Promise<void> {
    const { kubernetesPlugin } = await import("../../../toolchain/kubernetes.mjs");
    const { onlyForTests } = await import("../../../toolchain/plugins.mjs");
    const { run } = await import("../../../toolchain/step.mjs");
    await run(onlyForTests(kubernetesPlugin), console.warn);
}
