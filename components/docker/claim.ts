import * as pulumi from "@pulumi/pulumi";
import { LABEL_PREFIX } from "../labels";
import type { Engine } from "./engine";
import { type Claim, parseClaim } from "../operations/claim";
import { runProgram } from "../operations/program";

interface ClaimArgs {
    readonly sandbox: string;
    /** Whom it belongs to, where that isn't who brings it up first. */
    readonly owner: pulumi.Input<string> | undefined;
    readonly engine: Engine;
    /** What must be known of the host first: one that is refused gets nothing at all. */
    readonly after: pulumi.Output<unknown>;
}

/** Takes the sandbox's name on the host, before anything else is made there; another sandbox of that name refuses it. */
export function claimName(name: string, args: ClaimArgs, parent: pulumi.Resource): Claim {
    const { sandbox, owner, engine, after } = args;
    const resource = runProgram(
        `${name}-claim`,
        {
            peer: engine,
            create: ["claim", "take"],
            update: ["claim", "keep"],
            variables: {
                SANDBOX: sandbox,
                PROJECT: pulumi.getProject(),
                STACK: pulumi.getStack(),
                OWNER: owner ?? "",
                LABEL: `${LABEL_PREFIX}instance=`,
            },
            remembers: true,
            atTheEnd: "end-claim",
        },
        // Versions before had the time to live here, and each new one made a preview doubt what the claim says, and with it all machines.
        { parent, dependsOn: after.apply(() => []), ignoreChanges: ["environment.TTL"] },
    );
    const said = resource.stdout.apply(parseClaim);
    return { resource, owner: said.owner, instance: said.instance };
}
