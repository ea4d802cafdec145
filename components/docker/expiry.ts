import * as pulumi from "@pulumi/pulumi";
import type { Claim } from "../operations/claim";
import type { Engine } from "./engine";
import { runProgram } from "../operations/program";

interface ExpiryArgs {
    readonly sandbox: string;
    readonly ttl: string;
    readonly engine: Engine;
    readonly claim: Claim;
}

/** Marks on the host how long the sandbox may live. A resource of its own, so that another time touches nothing else. */
export function markExpiry(name: string, { sandbox, ttl, engine, claim }: ExpiryArgs, parent: pulumi.Resource): void {
    runProgram(
        `${name}-expiry`,
        {
            peer: engine,
            create: ["expiry", "begin"],
            update: ["expiry", "keep"],
            variables: {
                SANDBOX: sandbox,
                PROJECT: pulumi.getProject(),
                STACK: pulumi.getStack(),
                OWNER: claim.owner,
                TTL: ttl,
            },
            atTheEnd: "end-expiry",
        },
        { parent, dependsOn: claim.resource },
    );
}
