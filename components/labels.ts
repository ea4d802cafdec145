import names from "./programs/names.json";

/** Everything of ours on a host carries labels that begin like this: `docker ps --filter label=<prefix>sandbox=alice`. */
export const LABEL_PREFIX = names.labelPrefix;

/** The same without its dot: Kubernetes puts a name of its own kind after a slash, or none. */
export const OUR_NAME = LABEL_PREFIX.replace(/\.$/, "");

/** What has it was made to run once, and carries the sandbox's name. */
export const ONE_SHOT = `${LABEL_PREFIX}one-shot`;
