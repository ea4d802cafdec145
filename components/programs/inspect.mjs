import { ask, complaint } from "./engine.mjs";
import { Failure } from "./failure.mjs";
import { parseJson } from "./json.mjs";

/**
 * What `docker inspect` says of a thing, as far as anybody here looks at it.
 *
 * @typedef {Record<string, string> | null | undefined} Labels
 *
 * @typedef {object} Container
 * @property {string} Id
 * @property {string} Name
 * @property {{ Status: string, ExitCode: number, StartedAt: string, FinishedAt: string }} State
 * @property {{ Labels: Labels }} Config
 * @property {{ RestartPolicy: { Name: string } }} HostConfig
 * @property {{ Ports?: import("./published.mjs").Published, Networks: Record<string, { NetworkID: string, IPAddress: string }> }} NetworkSettings
 *
 * @typedef {{ Id: string, Name: string, Labels: Labels, Containers?: Record<string, unknown> | null }} Network
 *
 * @typedef {{ Id: string }} Image
 *
 * @typedef {{ container: Container, network: Network, image: Image }} Things
 */

/** What engines say of a thing that isn't there. */
const GONE = /no such (container|network|image)|network .*not found/i;

/**
 * What the engine says of these things. One that has gone meanwhile is left out; an engine that doesn't answer is no sign
 * that anything has.
 *
 * @template {keyof Things} Kind
 * @param {Kind} kind
 * @param {string[]} ids
 * @returns {Promise<Things[Kind][]>}
 */
export async function inspect(kind, ids) {
    if (ids.length === 0) {
        return [];
    }
    const answer = await ask([kind, "inspect", ...ids]);
    const found = /** @type {Things[Kind][]} */ (parseJson(answer.stdout || "[]"));
    const gone = answer.stderr.split("\n").filter((line) => GONE.test(line));
    if (found.length + gone.length < ids.length) {
        throw new Failure(`docker ${kind} inspect failed: ${complaint(answer)}`);
    }
    return found;
}
