import assert from "node:assert/strict";
import type { Context } from "mocha";
import { skip } from "../skip";
import { type Cluster, startCluster } from "./cluster";
import { OwnCluster } from "./own-cluster";
import { kubernetesPlugin } from "./parts";
import { remains } from "./remains";

/** Asked for by the first test that needs it; whoever comes later gets the same, or the same reason. */
let starting: Promise<Cluster> | undefined;

/**
 * The one cluster of this run, for a `before`: its start takes 20 s, and the first build a quarter of an hour. Programs that use it
 * find Pulumi's plugin. Where it can't be had, the tests below are skipped, and say why.
 */
export async function sharedCluster(context: Context): Promise<Cluster> {
    context.timeout("60m");
    starting ??= startAll();
    try {
        return await starting;
    } catch (error) {
        return skip(context, `no Kubernetes cluster can be had here: ${(error as Error).message}`);
    }
}

/** The cluster first: where it can't be had, nobody waits for the build of a plugin. */
async function startAll(): Promise<Cluster> {
    const cluster = await startCluster();
    try {
        await kubernetesPlugin();
    } catch (error) {
        await cluster.stop();
        throw error;
    }
    return cluster;
}

// Of the whole run, since this file is imported before any suite is described: after all that may use it.
after("the cluster leaves nothing", async function () {
    this.timeout("2m");
    const cluster = await starting?.catch(() => undefined);
    await cluster?.stop();
    if (cluster instanceof OwnCluster) {
        assert.deepEqual(await remains(), []);
    }
});
