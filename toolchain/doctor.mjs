// Says what the Docker host is, and what a machine gets there; lists the sandboxes on it, whose time is over, and what nobody
// needs any more: npm run doctor [-- --json]. Exit status 1 where no machine would boot.
// The same of a Kubernetes cluster: npm run doctor -- --cluster, or --cluster=CONTEXT.
// Removes nothing; it says by which command each can be removed.
import process from "node:process";
import { tsImport } from "tsx/esm/api";
import { imageIds, labelled } from "./labelled.mjs";
import { hoursOf, isBase } from "./names.mjs";
import { onCluster } from "./on-cluster.mjs";
import { isMain } from "./paths.mjs";
import { printable } from "../components/programs/printable.mjs";
import { shellWord } from "./shell-word.mjs";
import { main, Problem } from "./problem.mjs";
import { aligned } from "./table.mjs";

/** @typedef {import("./labelled.mjs").Labelled} Labelled */
/** @typedef {import("./labelled.mjs").Thing} Thing */

/**
 * @typedef {object} Sandbox
 * @property {string} name
 * @property {Record<string, string>} labels
 * @property {Thing[]} machines
 * @property {Date | undefined} expires
 */

/**
 * The sandboxes that have a machine.
 *
 * @param {Labelled} found
 * @returns {Sandbox[]}
 */
function sandboxesIn({ containers, volumes }) {
    const names = [...new Set(containers.map(({ labels }) => labels["sandbox"] ?? ""))].sort();
    return names.map((name) => {
        const machines = containers.filter(({ labels }) => labels["sandbox"] === name);
        const mark = volumes.find(({ labels }) => labels["sandbox"] === name && labels["ttl"] !== undefined);
        return { name, machines, labels: machines[0]?.labels ?? {}, expires: mark && expiry(mark) };
    });
}

/**
 * The mark's age counts, as components/programs/claim.mjs says.
 *
 * @param {Thing} mark
 */
function expiry({ created, labels }) {
    const time = Date.parse(created) + (hoursOf(labels["ttl"] ?? "") ?? NaN) * 3_600_000;
    return Number.isNaN(time) ? undefined : new Date(time);
}

/**
 * What a person wants to know of it.
 *
 * @param {Labelled} found
 * @param {Date} now
 */
export function report(found, now) {
    const sandboxes = sandboxesIn(found);
    const expired = sandboxes.filter(({ expires }) => expires !== undefined && expires <= now);
    const leftovers = leftoversIn(found, sandboxes);
    return [
        sandboxes.length === 0 ? "No sandbox is here." : overview(sandboxes, now),
        ...expired.map(removal),
        ...(leftovers.length === 0 ? [] : [`Nobody uses these any more:\n${indented(aligned(leftovers))}`]),
        ...(expired.length + leftovers.length === 0 ? ["Nothing to clean up."] : []),
    ].join("\n\n");
}

/**
 * @param {Sandbox[]} sandboxes
 * @param {Date} now
 */
function overview(sandboxes, now) {
    return aligned([
        ["SANDBOX", "OWNER", "PROJECT", "STACK", "BASE", "MACHINES", "EXPIRES"],
        ...sandboxes.map(({ name, labels, machines, expires }) => [
            name,
            labels["owner"] ?? "-",
            labels["project"] ?? "-",
            labels["stack"] ?? "-",
            labels["base"]?.split("/").at(-1) ?? "-",
            `${machines.filter(({ state }) => state === "running").length} of ${machines.length} running`,
            expires === undefined ? "never" : distance(expires, now),
        ]),
    ]);
}

/**
 * @param {Date} then
 * @param {Date} now
 */
function distance(then, now) {
    const left = Math.round((then.getTime() - now.getTime()) / 3_600_000);
    const amount = Math.abs(left) < 48 ? `${Math.abs(left)} h` : `${Math.round(Math.abs(left) / 24)} d`;
    return then <= now ? `${amount} ago` : `in ${amount}`;
}

/** @param {Sandbox} sandbox */
function removal({ name, labels: { owner = "unknown", stack, namespace, "own-namespace": own }, machines }) {
    const over = `The time of ${printable(name)} is over.`;
    const byStack = [
        `${over} Its owner ${printable(owner)} removes it with`,
        `  pulumi destroy --stack ${shellWord(stack)}`,
        `or, where that stack is lost, everybody who may do that here:`,
    ];
    const names = machines.map((machine) => shellWord(machine.name)).join(" ");
    return [
        ...(stack === undefined ? [`${over} Everybody who may do that here removes it with`] : byStack),
        namespace === undefined
            ? `  docker rm --force ${names}`
            : own !== undefined
              ? `  kubectl delete namespace ${shellWord(own)}`
              : `  kubectl --namespace ${shellWord(namespace)} delete pod ${names}`,
    ].join("\n");
}

/**
 * Networks and volumes of sandboxes without a machine, and images that no machine uses. A base's image is left out: it
 * waits for sandboxes.
 *
 * @param {Labelled} found
 * @param {Sandbox[]} sandboxes
 * @returns {string[][]} what, and the command
 */
function leftoversIn({ networks, volumes, images }, sandboxes) {
    const lives = (/** @type {Thing} */ { labels }) => sandboxes.some(({ name }) => name === labels["sandbox"]);
    // Of localhost/project/stack:tag the stack; an image without a name is one that a newer build has replaced.
    const isOfBase = (/** @type {Thing} */ { name }) => isBase(name.split("/").at(-1)?.split(":")[0] ?? "");
    return [
        ...networks.filter((each) => !lives(each)).map((each) => leftover("network", each)),
        ...volumes
            .filter((each) => !lives(each))
            // With its namespace it goes anyway.
            .filter(({ labels }) => !networks.some(({ name }) => name === labels["namespace"]))
            .map((each) => leftover("volume", each)),
        ...images.filter((each) => !isOfBase(each)).map(({ name }) => ["image", rm("image", name)]),
    ];
}

/**
 * What it is, and the command that removes it, in the words of where it is.
 *
 * @param {"network" | "volume"} kind
 * @param {Thing} thing
 */
function leftover(kind, { name, labels: { namespace } }) {
    if (namespace === undefined) {
        return [kind, rm(kind, name)];
    }
    return kind === "network"
        ? ["namespace", `kubectl delete namespace ${shellWord(name)}`]
        : ["ConfigMap", `kubectl --namespace ${shellWord(namespace)} delete configmap ${shellWord(name)}`];
}

/**
 * @param {string} kind
 * @param {string} name for networks, engines allow whatever
 */
const rm = (kind, name) => `docker ${kind} rm ${name.startsWith("-") ? "-- " : ""}${shellWord(name)}`;

/** @param {string} text */
const indented = (text) => text.replace(/^/gm, "  ");

/** The components' own decision, which is TypeScript. @returns {Promise<unknown>} */
const decision = () => tsImport("./host-report.ts", import.meta.url);

async function examineHost() {
    const { hostReport, seeHost } = /** @type {typeof import("./host-report.js")} */ (await decision());
    const seen = await seeHost(await imageIds());
    if ("unreachable" in seen) {
        throw new Problem(`The Docker engine can't be reached: ${seen.unreachable}`);
    }
    return hostReport(seen);
}

/**
 * About ten lines.
 *
 * @param {{ readonly lines: Readonly<Record<string, string>> }} host
 */
const hostLines = ({ lines }) => aligned(Object.entries(lines).map(([name, text]) => [name, printable(text)]));

/** @param {string} context */
async function examineCluster(context) {
    const imported = /** @type {unknown} */ (await tsImport("./cluster-report.ts", import.meta.url));
    const { seeCluster } = /** @type {typeof import("./cluster-report.js")} */ (imported);
    const seen = await seeCluster(context);
    if ("unreachable" in seen) {
        throw new Problem(`The cluster can't be reached: ${seen.unreachable}`);
    }
    return seen;
}

/** The context that is asked about, empty for the current one; nothing where it is a host that is asked about. */
function contextAskedFor() {
    const [word] = process.argv.filter((each) => /^--cluster(=|$)/.test(each));
    return word?.replace(/^--cluster=?/, "");
}

if (isMain(import.meta.url)) {
    await main(async () => {
        const context = contextAskedFor();
        const found = await (context === undefined ? labelled() : onCluster(context));
        const host = await (context === undefined ? examineHost() : examineCluster(context));
        const sandboxes = sandboxesIn(found);
        console.log(
            process.argv.includes("--json")
                ? JSON.stringify({ host, sandboxes, leftovers: leftoversIn(found, sandboxes) }, undefined, 2)
                : `${hostLines(host)}\n\n${report(found, new Date())}`,
        );
        process.exitCode = host.access === undefined ? 1 : 0;
    });
}
