import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { HostFacts } from "../host/facts";
import { subnets, type SandboxNetworkArgs } from "../machine/network/network";
import { dialectOf } from "./dialect";
import { addressOf, type Engine } from "./engine";
import type { Labels } from "./labels";
import { runProgram } from "../operations/program";

interface NetworkSettings {
    readonly sandbox: string;
    readonly args: SandboxNetworkArgs | undefined;
    readonly facts: pulumi.Output<HostFacts>;
    readonly engine: Engine;
    readonly labels: Labels;
    /**
     * The image that its machines boot. Pulumi destroys in layers, by how much has to be there before a thing: after the image, the network
     * is in that of the host's set-up, and goes and comes beside it.
     */
    readonly after: pulumi.Output<unknown>;
}

/**
 * The network on which a sandbox's machines of one host find each other; its id. No docker.Network: the provider waits two
 * seconds for each that it makes or removes, and doesn't see one that is gone.
 */
export function createNetwork(
    name: string,
    { sandbox, args = {}, facts, engine, labels, after }: NetworkSettings,
    opts: pulumi.CustomResourceOptions,
): pulumi.Output<string> {
    const { ipv4, ipv6 } = subnets(sandbox, args);
    const settings = facts.apply((known) =>
        JSON.stringify({
            internal: args.internal ?? false,
            ipv6: ipv6 !== undefined,
            // Older engines choose no IPv6 addresses themselves; given here, they are the same on all engines.
            subnets: [ipv4, ipv6].filter((subnet) => subnet !== undefined),
            options: dialectOf(known).isolation ?? {},
        }),
    );
    const whose = pulumi.jsonStringify(labels);
    const { stdout } = runProgram(
        `${name}-network`,
        {
            peer: engine,
            create: ["network"],
            variables: { SANDBOX: sandbox, SETTINGS: settings, LABELS: whose },
            // A network can't be changed. Its machines are gone before it is.
            triggers: [settings, whose, ...addressOf(engine)],
            remembers: true,
            atTheEnd: "remove-network",
        },
        { ...opts, deleteBeforeReplace: true, dependsOn: after.apply(() => []) },
    );
    return stdout;
}

/** Networks that exist already: read and never owned. One that isn't there is an error already on preview. */
export function findNetworks(
    name: string,
    { external = [] }: SandboxNetworkArgs = {},
    opts: pulumi.CustomResourceOptions,
): pulumi.Output<string>[] {
    return external.map((network) => docker.Network.get(`${name}-${network}`, network, {}, opts).name);
}
