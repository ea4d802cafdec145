import { LABEL_PREFIX, OUR_NAME } from "../labels";

/** The name of the container in each Pod of ours. */
export const CONTAINER = "machine";

/** Label of everything that a sandbox has in a namespace. */
export const SANDBOX_LABEL = `${LABEL_PREFIX}sandbox`;

/** Label of Pods, with the name of their access to cgroups: by it the one-time set-up finds those that need it. */
export const ACCESS_LABEL = `${LABEL_PREFIX}cgroup-access`;

/** Label of the Pods that answer to a name: a Service selects them by it. */
export function nameLabel(name: string): string {
    return `name.${OUR_NAME}/${name}`;
}

/**
 * For what Pulumi is not to wait for when it makes it: it would for things that only come with others, and never say why not. Not
 * `skipAwait`: with that it doesn't wait for their end either, and makes the next Pod of a name while the last one is still going.
 */
export const NO_AWAIT = { "pulumi.com/waitFor": "jsonpath={.metadata.uid}" };
