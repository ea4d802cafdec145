import { lastLines, run } from "./child.mjs";
import { parseJson } from "./json.mjs";
import { labelPrefix } from "./names.mjs";
import { Problem } from "./problem.mjs";

/**
 * What carries our labels on the engine. Anybody may have put them there: a container has those of its image too.
 *
 * @typedef {object} Labelled
 * @property {Thing[]} containers
 * @property {Thing[]} networks
 * @property {Thing[]} volumes
 * @property {Thing[]} images those that no container uses
 *
 * @typedef {object} Thing
 * @property {string} name an image without one: its id
 * @property {string} created as the engine prints it
 * @property {Labels} labels ours, without the prefix
 * @property {string} [state]
 *
 * @typedef {Record<string, string>} Labels
 */

/**
 * Docker's own words for them, as far as they are read here.
 *
 * @typedef {object} Kinds
 * @property {{ Id: string, Name: string, Created: string, Image: string, Config: { Labels: Labels | null }, State: { Status: string } }} container
 * @property {{ Id: string, Name: string, Created: string, Labels: Labels | null }} network
 * @property {{ Name: string, CreatedAt: string, Labels: Labels | null }} volume
 * @property {{ Id: string, RepoTags?: string[], Created: string, Config: { Labels: Labels | null } }} image
 */

/** @returns {Promise<Labelled>} */
export async function labelled() {
    const ofSandboxes = `label=${labelPrefix}sandbox`;
    const [containers, networks, volumes, images] = await Promise.all([
        inspect("container", ["ps", "--all", "--quiet", "--no-trunc"]),
        inspect("network", ["network", "ls", "--quiet", "--no-trunc", "--filter", ofSandboxes]),
        inspect("volume", ["volume", "ls", "--quiet", "--filter", ofSandboxes]),
        inspect("image", ["image", "ls", "--quiet", "--no-trunc", "--filter", `label=${labelPrefix}image`]),
    ]);
    const used = new Set(containers.map(({ Image }) => Image));
    return {
        containers: containers
            .map((each) => ({
                name: each.Name.replace(/^\//, ""),
                created: each.Created,
                labels: ours(each.Config.Labels),
                state: each.State.Status,
            }))
            .filter(({ labels }) => labels["sandbox"] !== undefined),
        networks: networks.map((each) => ({ name: each.Name, created: each.Created, labels: ours(each.Labels) })),
        volumes: volumes.map((each) => ({ name: each.Name, created: each.CreatedAt, labels: ours(each.Labels) })),
        images: images
            .filter(({ Id }) => !used.has(Id))
            .map((each) => ({
                name: each.RepoTags?.[0] ?? each.Id,
                created: each.Created,
                labels: ours(each.Config.Labels),
            })),
    };
}

/** Ids of the images on the engine, newest first. */
export function imageIds() {
    return list(["image", "ls", "--quiet", "--no-trunc"]);
}

/** @param {Labels | null} labels */
function ours(labels) {
    return Object.fromEntries(
        Object.entries(labels ?? {}).flatMap(([label, value]) =>
            label.startsWith(labelPrefix) ? [[label.slice(labelPrefix.length), value]] : [],
        ),
    );
}

/**
 * What Docker's command line says of each thing of a kind. One that ends between the list and the question isn't there
 * any more.
 *
 * @template {keyof Kinds} Kind
 * @param {Kind} kind
 * @param {string[]} words the command that lists them
 * @returns {Promise<Kinds[Kind][]>}
 */
async function inspect(kind, words) {
    const listed = await list(words);
    if (listed.length === 0) {
        return [];
    }
    const ended = await run("docker", [kind, "inspect", ...listed]);
    const found = /** @type {Kinds[Kind][]} */ (parseJson(ended.stdout || "[]"));
    if (!ended.ok) {
        const known = new Set(found.map((each) => ("Id" in each ? each.Id : each.Name)));
        const still = await list(words);
        if (listed.some((id) => still.includes(id) && !known.has(id))) {
            throw failure([kind, "inspect"], ended);
        }
    }
    return found;
}

/**
 * @param {string[]} words
 * @returns {Promise<string[]>} ids, or names where a kind of thing has none
 */
async function list(words) {
    const ended = await run("docker", words);
    if (!ended.ok) {
        throw failure(words, ended);
    }
    return [...new Set(ended.stdout.split("\n").filter(Boolean))];
}

/**
 * @param {string[]} words
 * @param {import("./child.mjs").Ended} ended
 */
function failure(words, ended) {
    return new Problem(
        `docker ${words.slice(0, 2).join(" ")} failed:`,
        lastLines(ended, 3),
        "Where the engine is elsewhere: DOCKER_HOST=ssh://user@machine npm run doctor",
    );
}
