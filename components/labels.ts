import type * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { BaseOutputs } from "./base";
import type { Problem } from "./problems";

/** Everything of ours on a host carries labels that begin like this: `docker ps --filter label=<prefix>sandbox=alice`. */
export const LABEL_PREFIX = "pulumi-centos-systemd.";

/** Name → value. */
export type Labels = Record<string, pulumi.Input<string>>;

/** What belongs to whom: the labels of everything that a sandbox has on a host. */
export function sandboxLabels(sandbox: string, owner: pulumi.Input<string>, base: BaseOutputs | undefined): Labels {
    return {
        [`${LABEL_PREFIX}sandbox`]: sandbox,
        [`${LABEL_PREFIX}project`]: pulumi.getProject(),
        [`${LABEL_PREFIX}stack`]: pulumi.getStack(),
        [`${LABEL_PREFIX}owner`]: owner,
        // By it a base finds the sandboxes that need it.
        ...(base && { [`${LABEL_PREFIX}base`]: base.stack }),
    };
}

/** The labels as docker resources want them. */
export function dockerLabels(labels: Labels): docker.types.input.NetworkLabel[] {
    return Object.entries(labels).map(([label, value]) => ({ label, value }));
}

/** Docker's own rule (https://docs.docker.com/engine/manage-resources/labels), and upper case too. */
const LABEL = /^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$/;

/** Everything wrong with a person's own labels. */
export function labelProblems(labels: Record<string, string> = {}, argument: string): Problem[] {
    return Object.keys(labels)
        .filter((label) => !LABEL.test(label) || label.startsWith(LABEL_PREFIX))
        .map((value) => ({
            argument,
            value,
            allowed: `names of letters, digits, dots, dashes and underscores that don't begin with ${LABEL_PREFIX}`,
        }));
}
