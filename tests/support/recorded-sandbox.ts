import type * as pulumi from "@pulumi/pulumi";
import assert from "node:assert/strict";
import { type MachineOutputs, SystemdSandbox, type SystemdSandboxArgs } from "../../components";
import type { HostFacts } from "../../components/host/facts";
import type { ClusterFacts } from "../../components/kubernetes/facts";
import { setUp } from "./cluster-facts";
import { host } from "./host-facts";
import { recordResources, type Registered } from "./mocks";

/** What a sandbox registered, and what it says of its machines. */
export interface RecordedSandbox {
    readonly resources: Registered[];
    readonly machines: Record<string, MachineOutputs>;
    /** The options of the one resource of this type and name, which mocks don't see. */
    readonly options: (type: string, name: string) => pulumi.CustomResourceOptions;
}

/** The value of an output, once all that it depends on is registered; rejects where there will be none, of which `apply` never tells. */
export function valueOf<T>(output: pulumi.Output<T>): Promise<T> {
    return (output as unknown as { promise: () => Promise<T> }).promise();
}

/** What a sandbox named `alice` registers on a host, or on a cluster, of these facts. */
export async function sandboxOn(
    facts: HostFacts,
    args: SystemdSandboxArgs,
    clusterFacts: ClusterFacts = setUp,
): Promise<RecordedSandbox> {
    const resources = await recordResources(facts, clusterFacts);
    const options = new Map<string, pulumi.CustomResourceOptions>();
    const record = ({ type, name, opts }: pulumi.ResourceTransformationArgs) => {
        options.set(`${type.split("/").at(-1)} ${name}`, opts);
        return undefined;
    };
    const sandbox = new SystemdSandbox("alice", args, { transformations: [record] });
    return {
        resources,
        machines: await valueOf(sandbox.machines),
        options: (type, name) => {
            const [, found] = [...options].find(([key]) => key.endsWith(`${type} ${name}`)) ?? [];
            assert.ok(found, `${type} ${name} was not registered`);
            return found;
        },
    };
}

/** The same on a cluster, with an image that is there where nobody says otherwise. */
export function sandboxInCluster(
    { cluster: clusterArgs = { image: "team/machine:1" }, ...args }: Partial<SystemdSandboxArgs>,
    facts: ClusterFacts = setUp,
): Promise<RecordedSandbox> {
    return sandboxOn(host({}), { machines: { web: {} }, ...args, cluster: clusterArgs }, facts);
}

/** The inputs of the one resource of this type and name. */
export function inputsOf(resources: Registered[], type: string, name: string): Record<string, unknown> {
    const found = resources.find((resource) => resource.type.endsWith(type) && resource.name === name);
    assert.ok(found, `${type} ${name} was not registered`);
    return found.inputs;
}
