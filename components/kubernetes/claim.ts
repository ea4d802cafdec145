import * as pulumi from "@pulumi/pulumi";
import { LABEL_PREFIX } from "../labels";
import { parseClaim } from "../operations/claim";
import { runProgram } from "../operations/program";
import type { Claim } from "../operations/claim";
import type { Cluster } from "./cluster";

interface ClaimArgs {
    readonly sandbox: string;
    /** Whom it belongs to, where that isn't who brings it up first. */
    readonly owner: pulumi.Input<string> | undefined;
    readonly cluster: Cluster;
    /** What must be known of the cluster first: one that is refused gets nothing at all. */
    readonly after: pulumi.Output<unknown>;
}

/**
 * Takes the sandbox's name: makes its namespace, before anything else, or refuses one that somebody else has. A namespace of the
 * user's own is only looked at. One that is ours goes at the end, with everything that is left in it.
 */
export function claimNamespace({ sandbox, owner, cluster, after }: ClaimArgs, parent: pulumi.Resource): Claim {
    const resource = runProgram(
        `${sandbox}-claim`,
        {
            peer: cluster,
            create: ["namespace", "take"],
            update: ["namespace", "keep"],
            variables: {
                SANDBOX: sandbox,
                PROJECT: pulumi.getProject(),
                STACK: pulumi.getStack(),
                OWNER: owner ?? "",
                OWN: cluster.ownsNamespace ? "yes" : "no",
                // By which the end knows that the namespace is ours.
                LABEL: `${LABEL_PREFIX}instance`,
            },
            // Another namespace, or another cluster, is another claim: the old one goes when its machines are gone.
            triggers: [cluster.kubectl],
            remembers: true,
            atTheEnd: "remove-namespace",
        },
        { parent, dependsOn: after.apply(() => []) },
    );
    const said = resource.stdout.apply(parseClaim);
    return { resource, owner: said.owner, instance: said.instance };
}
