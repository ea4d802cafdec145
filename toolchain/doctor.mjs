// Lists the sandboxes on the Docker host, whose time is over, and what nobody needs any more: npm run doctor
// Removes nothing; it says by which command each can be removed.
import { lastLines, run } from "./child.mjs";
import { isMain } from "./paths.mjs";
import { main, Problem } from "./problem.mjs";
import { aligned } from "./table.mjs";

/** As in components/labels.ts, which can't be imported here. */
const prefix = "pulumi-centos-systemd.";

/**
 * What carries our labels on the host.
 *
 * @typedef {object} Found
 * @property {Thing[]} containers
 * @property {Thing[]} networks
 * @property {Thing[]} volumes
 * @property {Thing[]} images those that no container uses
 *
 * @typedef {object} Thing
 * @property {string} name an image without one: its id
 * @property {string} created as the engine prints it
 * @property {Record<string, string>} labels ours, without the prefix
 * @property {string} [state]
 */

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
 * @param {Found} found
 * @returns {Sandbox[]}
 */
function sandboxesIn({ containers, volumes }) {
    const names = [...new Set(containers.map(({ labels }) => labels["sandbox"] ?? ""))].sort();
    return names.map((name) => {
        const machines = containers.filter(({ labels }) => labels["sandbox"] === name);
        const lease = volumes.find(({ labels }) => labels["sandbox"] === name && labels["ttl"] !== undefined);
        return { name, machines, labels: machines[0]?.labels ?? {}, expires: lease && expiry(lease) };
    });
}

const hours = { h: 1, d: 24, w: 7 * 24 };

/**
 * The lease's age counts, as components/lease.ts says.
 *
 * @param {Thing} lease
 */
function expiry({ created, labels }) {
    const [, count, unit] = /^(\d+)([hdw])$/.exec(labels["ttl"] ?? "") ?? [];
    const each = hours[/** @type {keyof hours} */ (unit)];
    return each === undefined ? undefined : new Date(Date.parse(created) + Number(count) * each * 3_600_000);
}

/**
 * What a person wants to know of it.
 *
 * @param {Found} found
 * @param {Date} now
 */
export function report(found, now) {
    const sandboxes = sandboxesIn(found);
    const expired = sandboxes.filter(({ expires }) => expires !== undefined && expires <= now);
    const leftovers = leftoversIn(found, sandboxes);
    return [
        sandboxes.length === 0 ? "No sandbox is on this host." : overview(sandboxes, now),
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
function removal({ name, labels, machines }) {
    const all = machines.map((machine) => machine.name).join(" ");
    return [
        `The time of ${name} is over. Its owner ${labels["owner"]} removes it with`,
        `  pulumi destroy --stack ${labels["stack"]}`,
        `or, where that stack is lost, everybody who may use this engine:`,
        `  docker rm --force ${all}`,
    ].join("\n");
}

/**
 * Networks and volumes of sandboxes without a machine, and images that no machine uses. A base's image is left out: it
 * waits for sandboxes.
 *
 * @param {Found} found
 * @param {Sandbox[]} sandboxes
 * @returns {string[][]} what, and the command
 */
function leftoversIn({ networks, volumes, images }, sandboxes) {
    const lives = (/** @type {Thing} */ { labels }) => sandboxes.some(({ name }) => name === labels["sandbox"]);
    const isBase = (/** @type {Thing} */ { name }) => /\/base(-[^/]*)?:/.test(name);
    return [
        ...networks.filter((each) => !lives(each)).map(({ name }) => ["network", `docker network rm ${name}`]),
        ...volumes.filter((each) => !lives(each)).map(({ name }) => ["volume", `docker volume rm ${name}`]),
        ...images.filter((each) => !isBase(each)).map(({ name }) => ["image", `docker image rm ${name}`]),
    ];
}

/** @param {string} text */
const indented = (text) => text.replace(/^/gm, "  ");

/** @returns {Promise<Found>} */
async function look() {
    const ofSandboxes = `label=${prefix}sandbox`;
    const [containers, networks, volumes, images, used] = await Promise.all([
        inspect("container", ["ps", "--all", "--quiet", "--no-trunc", "--filter", ofSandboxes]),
        inspect("network", ["network", "ls", "--quiet", "--no-trunc", "--filter", ofSandboxes]),
        inspect("volume", ["volume", "ls", "--quiet", "--filter", ofSandboxes]),
        inspect("image", ["image", "ls", "--quiet", "--no-trunc", "--filter", `label=${prefix}image`]),
        docker("ps", "--all", "--quiet", "--no-trunc").then((ids) =>
            ids === "" ? "" : docker("container", "inspect", "--format", "{{.Image}}", ...ids.split("\n")),
        ),
    ]);
    return {
        containers: containers.map((each) => ({
            name: each.Name.replace(/^\//, ""),
            created: each.Created,
            labels: ours(each.Config.Labels),
            state: each.State.Status,
        })),
        networks: networks.map((each) => ({ name: each.Name, created: each.Created, labels: ours(each.Labels) })),
        volumes: volumes.map((each) => ({ name: each.Name, created: each.CreatedAt, labels: ours(each.Labels) })),
        images: images
            .filter(({ Id }) => !used.includes(Id))
            .map((each) => ({
                name: each.RepoTags?.[0] ?? each.Id,
                created: each.Created,
                labels: ours(each.Config.Labels),
            })),
    };
}

/**
 * @param {"container" | "network" | "volume" | "image"} kind
 * @param {string[]} list
 * @returns {Promise<any[]>} what Docker's CLI says of each
 */
async function inspect(kind, list) {
    const ids = [...new Set((await docker(...list)).split("\n").filter(Boolean))];
    return ids.length === 0 ? [] : JSON.parse(await docker(kind, "inspect", ...ids));
}

/** @param {string[]} words */
async function docker(...words) {
    const ended = await run("docker", words);
    if (!ended.ok) {
        throw new Problem(
            `docker ${words.slice(0, 2).join(" ")} failed:`,
            lastLines(ended, 3),
            "Where the engine is elsewhere: DOCKER_HOST=ssh://user@machine npm run doctor",
        );
    }
    return ended.stdout.trim();
}

/** @param {Record<string, string> | null} labels */
function ours(labels) {
    return Object.fromEntries(
        Object.entries(labels ?? {}).flatMap(([label, value]) =>
            label.startsWith(prefix) ? [[label.slice(prefix.length), value]] : [],
        ),
    );
}

if (isMain(import.meta.url)) {
    await main(async () => console.log(report(await look(), new Date())));
}
