import type * as pulumi from "@pulumi/pulumi";
import assert from "node:assert/strict";
import { SystemdSandbox, type SystemdSandboxArgs } from "../../components";
import type { HostFacts } from "../../components/facts";
import { recordResources, type Registered } from "./mocks";

/** The value of an output, once all that it depends on is registered. */
function valueOf<T>(output: pulumi.Output<T>): Promise<T> {
    return new Promise((resolve) => output.apply(resolve));
}

/** What a sandbox named `alice` registers on a host of these facts, and what it says of its machines. */
export async function sandboxOn(facts: HostFacts, args: SystemdSandboxArgs) {
    const resources = await recordResources(facts);
    const sandbox = new SystemdSandbox("alice", args);
    return { resources, machines: await valueOf(sandbox.machines) };
}

/** The inputs of the one resource of this type and name. */
export function inputsOf(resources: Registered[], type: string, name: string): Record<string, unknown> {
    const found = resources.find((resource) => resource.type.endsWith(type) && resource.name === name);
    assert.ok(found, `${type} ${name} was not registered`);
    return found.inputs;
}
