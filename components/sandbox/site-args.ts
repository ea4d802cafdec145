import type { BaseOutputs } from "../base/outputs";
import type { EngineArgs } from "../docker/address";

/** One of a sandbox's hosts: where its engine listens, and the base to use there. */
export interface SiteArgs extends EngineArgs {
    /**
     * The outputs of a base stack on that host: its image is used, and none is built.
     * @default none: the sandbox builds an image for itself
     */
    base?: BaseOutputs;
}
