import * as pulumi from "@pulumi/pulumi";
import { scryptSync } from "node:crypto";

/** For a trigger that replaces a machine: each is another text when what it is of has changed. */
export function digests(contents: readonly unknown[]): pulumi.Output<string[]> {
    // Pulumi doesn't see the change of a trigger that is a secret.
    return pulumi.unsecret(pulumi.output(contents).apply((all) => all.map((each) => digest(JSON.stringify(each)))));
}

/** It lies in state for all to read, and a password may be in the text: a slow one, so that nobody finds it by trying. */
function digest(text: string): string {
    return scryptSync(text, "replaceOnChange", 32).toString("hex");
}
