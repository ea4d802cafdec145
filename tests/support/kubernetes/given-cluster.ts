import { dirname } from "node:path";
import type { Cluster } from "./cluster";
import { Kubectl } from "./kubectl";

/** A cluster that somebody else runs: nothing of it is started or stopped here. */
export async function givenCluster(kubeconfig: string, registry: string): Promise<Cluster> {
    const { which } = await import("../../../toolchain/child.mjs");
    const program = which("kubectl");
    if (program === undefined) {
        throw new Error("kubectl is missing");
    }
    const kubectl = new Kubectl(program, kubeconfig);
    const nodes = await kubectl.run(["get", "nodes", "--output=name"]);
    return {
        kubeconfig,
        context: (await kubectl.run(["config", "current-context"])).trim(),
        registry,
        nodes: nodes.split(/\s+/).flatMap((node) => (node === "" ? [] : [node.replace("node/", "")])),
        path: dirname(program),
        kubectl: (...words) => kubectl.run(words),
        feed: (stdin, ...words) => kubectl.run(words, stdin),
        apply: (...objects) => kubectl.apply(objects),
        stop: () => Promise.resolve(),
    };
}
