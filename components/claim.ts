import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import type { Engine } from "./engine";
import { LABEL_PREFIX } from "./labels";

interface ClaimArgs {
    readonly sandbox: string;
    /** Whom it belongs to, where that isn't who brings it up first. */
    readonly owner: pulumi.Input<string> | undefined;
    readonly engine: Engine;
    /** What must be known of the host first: one that is refused gets nothing at all. */
    readonly after: pulumi.Output<unknown>;
}

/**
 * Takes the sandbox's name on the host, before anything else is made there; another sandbox of that name refuses it.
 *
 * Docker would notice only half of it, and late: containers of one name clash, networks don't. Its standard output is
 * the owner, remembered so that the labels stay what they are whoever runs the next `pulumi up`.
 */
export function claimName(name: string, args: ClaimArgs, parent: pulumi.Resource): command.local.Command {
    return new command.local.Command(
        `${name}-claim`,
        {
            interpreter: ["/bin/sh", "-s"],
            stdin: readFileSync(path.join(__dirname, "host", "claim.sh"), "utf8"),
            create: "take",
            update: "keep",
            logging: "stderr",
            environment: {
                ...args.engine.environment,
                SANDBOX: args.sandbox,
                PROJECT: pulumi.getProject(),
                STACK: pulumi.getStack(),
                LABEL_PREFIX,
                ...(args.owner !== undefined && { OWNER: args.owner }),
            },
        },
        { parent, dependsOn: args.after.apply(() => []) },
    );
}
