import type { Context } from "mocha";
import { skip } from "./skip";

/** Skips a test of what the project's stand-in for an official plugin refuses, where the official one serves. */
export async function onlyOfStandIn(context: Context, name: "command" | "docker"): Promise<void> {
    const { plugins, shortName } = await import("../../toolchain/parts.mjs");
    const { isStandIn } = await import("../../toolchain/plugins.mjs");
    const plugin = plugins.find((each) => shortName(each) === name);
    if (plugin === undefined || !isStandIn(plugin, process.env.PULUMI_HOME)) {
        skip(context, `the official ${name} plugin serves this`);
    }
}
