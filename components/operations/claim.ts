import type * as pulumi from "@pulumi/pulumi";

/** What a sandbox is where its machines are, from its first `pulumi up` to its end, whoever runs the others. */
export interface Claim {
    readonly resource: pulumi.Resource;
    readonly owner: pulumi.Output<string>;
    /** Tells its things from those of another stack that has the same name, in another backend. */
    readonly instance: pulumi.Output<string>;
}

/** What the programs print that claim a name; the state of versions before 0.2 has the owner alone, until the first `pulumi up` with this one. */
export function parseClaim(printed: string): { owner: string; instance: string } {
    return printed.startsWith("{")
        ? (JSON.parse(printed) as { owner: string; instance: string })
        : { owner: printed, instance: "" };
}
