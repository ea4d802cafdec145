import { cached } from "./cache.mjs";
import { plugins, shortName } from "./parts.mjs";

/**
 * PULUMI_HOME: the project's own, so that a plugin which stands in for an official one is never found by anybody else.
 * Another version or source of a plugin is another home, so that two checkouts don't fight.
 */
export const pulumiHome = cached("homes", plugins.map((plugin) => `${shortName(plugin)}-${plugin.key}`).join("+"));
