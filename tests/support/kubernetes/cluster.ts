import { givenCluster } from "./given-cluster";
import { OwnCluster } from "./own-cluster";

/** A running Kubernetes cluster, and a registry that its nodes pull from. */
export interface Cluster {
    /** The path of an administrator's kubeconfig. */
    readonly kubeconfig: string;
    /** The context in it. */
    readonly context: string;
    /** What names of images begin with that this machine's Docker pushes and the nodes pull, as `127.0.0.1:5000`. */
    readonly registry: string;
    readonly nodes: readonly string[];
    /** The directory that has `kubectl`, for PATH. */
    readonly path: string;
    /**
     * What `kubectl` prints.
     *
     * @throws with what it has to say of its failure
     */
    kubectl(...words: string[]): Promise<string>;
    /** The same, with that on its standard input. */
    feed(stdin: string, ...words: string[]): Promise<string>;
    /** Makes these objects, or changes them. */
    apply(...objects: readonly object[]): Promise<void>;
    /** Ends it, where it is the tests' own: nothing of it is left then. */
    stop(): Promise<void>;
}

/**
 * The cluster that KUBECONFIG names, where TEST_REGISTRY names a registry for it; else one of the tests' own: two nodes on this
 * machine, which run until `stop()`, or until this process ends, however it does.
 *
 * KUBECONFIG alone is not enough: many people have it set, to clusters that aren't for tests.
 *
 * @throws where it can't be had, with the reason
 */
export function startCluster(): Promise<Cluster> {
    const { KUBECONFIG: kubeconfig, TEST_REGISTRY: registry } = process.env;
    return kubeconfig && registry ? givenCluster(kubeconfig, registry) : OwnCluster.start();
}
