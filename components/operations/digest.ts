import * as pulumi from "@pulumi/pulumi";
import { scrypt } from "node:crypto";
import { promisify } from "node:util";

/** For a trigger that replaces a machine: each is another text when what it is of has changed. */
export function digests(contents: readonly unknown[]): pulumi.Output<string[]> {
    const made = pulumi.output(contents).apply((all) => Promise.all(all.map((each) => digest(JSON.stringify(each)))));
    // Pulumi doesn't see the change of a trigger that is a secret.
    return pulumi.unsecret(made);
}

/**
 * It lies in state for all to read, and a password may be in the text: a slow one, so that nobody finds it by trying. Beside the program,
 * which has one for each machine of a cluster to wait for.
 */
async function digest(text: string): Promise<string> {
    const key = (await promisify(scrypt)(text, "replaceOnChange", 32)) as Buffer;
    return key.toString("hex");
}
