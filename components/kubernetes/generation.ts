import { randomBytes } from "node:crypto";
import type { PodFacts } from "./facts";

/**
 * By which the Pod is known that the state knows. It stays as it is as long as that Pod lives. Where it is gone, was evicted or has
 * stopped, another generation is another input: the next `pulumi up` makes the machine anew, without anybody's help.
 */
export function podGeneration(pods: readonly PodFacts[], name: string, instance: string): string {
    const pod = pods.find((each) => each.name === name && each.instance === instance && each.generation !== "");
    return pod?.isAlive ? pod.generation : randomBytes(4).toString("hex");
}
