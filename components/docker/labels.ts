import type * as docker from "@pulumi/docker";
import type * as pulumi from "@pulumi/pulumi";

/** Name → value. */
export type Labels = Readonly<Record<string, pulumi.Input<string>>>;

/** The labels as docker resources want them. */
export function dockerLabels(labels: Labels): docker.types.input.ContainerLabel[] {
    return Object.entries(labels).map(([label, value]) => ({ label, value }));
}
