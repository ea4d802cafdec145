// Gets the official release that belongs to the SDK: node download-pulumi.mjs DIRECTORY
// A process of its own, so that it can be ended when nothing arrives.
import process from "node:process";
import automation from "@pulumi/pulumi/automation/index.js";

const [root] = process.argv.slice(2);
await automation.PulumiCommand.install({ root });
