// Takes the sandbox's name on the host, before anything else is made there; another sandbox of that name refuses it.
// Docker would notice only half of it, and late: containers of one name clash, networks don't.
//   node claim.mjs take   refuses a name that anybody has on this host
//   node claim.mjs keep   what this very sandbox has there is no other's: it has only got another address or owner
// Prints one line of JSON, {"owner", "instance"}: remembered so that labels stay what they are whoever runs the next `pulumi up`.
// Environment: SANDBOX, PROJECT, STACK, OWNER (empty: whoever it was, or whoever runs this)
import process from "node:process";
import { CLI } from "./cli.mjs";
import { list } from "./engine.mjs";
import { Failure, main } from "./failure.mjs";
import { identity, isOfThisStack, remembered, wayOut } from "./identity.mjs";
import { inspect } from "./inspect.mjs";
import { labelled, ours } from "./labels.mjs";
import { variable } from "./variables.mjs";

/** Something on the host under this name. @typedef {{ labels: import("./labels.mjs").Labels, container?: string, network?: string }} Held */

/** @returns {Promise<Held[]>} */
async function holdings() {
    const filter = ["--filter", labelled("sandbox", variable("SANDBOX"))];
    const [containers, networks] = await Promise.all([
        list(["ps", "--all", "--quiet", ...filter]).then((ids) => inspect("container", ids)),
        list(["network", "ls", "--quiet", ...filter]).then((ids) => inspect("network", ids)),
    ]);
    return [
        ...containers.map(({ Config, Name }) => ({ labels: ours(Config.Labels), container: Name.replace(/^\//, "") })),
        ...networks.map(({ Labels, Id }) => ({ labels: ours(Labels), network: Id.slice(0, 12) })),
    ];
}

/** @param {Held[]} others */
function refuse(others) {
    const [first] = others;
    if (first === undefined) {
        return;
    }
    const { stack, project, owner } = first.labels;
    throw new Failure(
        `A sandbox named ${variable("SANDBOX")} is on this host already: stack ${stack} of project ${project}, ` +
            `owned by ${owner}.`,
        ...(others.every(({ labels }) => isOfThisStack(labels)) ? lostState(others) : [wayOut(first.labels)]),
    );
}

/**
 * Nobody but a person knows whether it is this stack's own, or that of another one which has its name in another backend.
 *
 * @param {Held[]} others
 */
function lostState(others) {
    const containers = others.flatMap(({ container }) => container ?? []);
    const networks = others.flatMap(({ network }) => network ?? []);
    const commands = [
        ...(containers.length === 0 ? [] : [[CLI, "rm --force", ...containers]]),
        ...(networks.length === 0 ? [] : [[CLI, "network rm", ...networks]]),
    ];
    return [
        "If it is this very stack's, whose state was lost, make room for it; its volumes stay:",
        commands.map((words) => words.join(" ")).join(" && "),
        "If it is that of another backend, name this one otherwise (pulumi stack rename).",
    ];
}

/** @type {Record<string, () => Promise<void>>} */
const VERBS = {
    take: async () => refuse(await holdings()),
    keep: async () => {
        const { instance } = remembered();
        refuse((await holdings()).filter(({ labels }) => labels.instance !== instance || !isOfThisStack(labels)));
    },
};

await main(async () => {
    await VERBS[process.argv[2] ?? ""]?.();
    console.log(JSON.stringify(identity()));
});
