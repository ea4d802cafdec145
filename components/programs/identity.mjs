import { randomBytes } from "node:crypto";
import { userInfo } from "node:os";
import process from "node:process";
import { parseJson } from "./json.mjs";
import { variable } from "./variables.mjs";

/** Whose a sandbox is, and which: it stays so whoever runs the next `pulumi up`. @typedef {{ owner: string, instance: string }} Identity */

/** What an earlier run printed; versions before 0.2 knew the owner alone. @returns {Identity} */
export function remembered() {
    const text = process.env["PULUMI_COMMAND_STDOUT"] ?? "";
    return text.startsWith("{") ? /** @type {Identity} */ (parseJson(text)) : { owner: text, instance: "" };
}

/** What it is from now on; in the environment, OWNER is empty for whoever it was, or whoever runs this. @returns {Identity} */
export function identity() {
    const before = remembered();
    return {
        owner: variable("OWNER") || before.owner || userInfo().username,
        instance: before.instance || randomBytes(4).toString("hex"),
    };
}

/** @param {Pick<import("./labels.mjs").Labels, "project" | "stack">} labels */
export function isOfThisStack({ project, stack }) {
    return project === variable("PROJECT") && stack === variable("STACK");
}

/** Labels can be anybody's: a command is offered only where the stack's name can be nothing else. @param {import("./labels.mjs").Labels} labels */
export function wayOut({ stack, project }) {
    const command = /^\w[\w.-]*$/.test(stack) ? `, in project ${project}: pulumi destroy --stack ${stack}` : "";
    return `Name this stack otherwise (pulumi stack rename), or let its owner destroy the other one${command}`;
}
