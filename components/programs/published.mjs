import { isIPv6 } from "node:net";
import { docker } from "./engine.mjs";
import { Failure } from "./failure.mjs";
import { variable } from "./variables.mjs";

/**
 * A port that a machine was to publish; without `hostPort` the engine chooses one.
 *
 * @typedef {{ port: number, protocol: string, hostAddress: string, hostPort?: number }} Port
 *
 * What the engine says that it publishes: port and protocol → where.
 * @typedef {Record<string, { HostIp: string, HostPort: string }[] | null>} Published
 */

/**
 * Makes sure that a machine is reached where it was to be reached, and nowhere else: an engine may read an address otherwise
 * than we do. Where it isn't so, the machine is stopped, and its ports with it.
 *
 * @param {Port[]} asked
 * @param {Published} published
 */
export async function checkPublished(asked, published) {
    const wrong = asked.flatMap((port) => {
        const places = published[`${port.port}/${port.protocol}`] ?? [];
        return places.length === 1 && places.every((place) => isAsAsked(port, place))
            ? []
            : [`${describe(port)} is published on ${places.map(where).join(" and ") || "no address at all"}`];
    });
    if (wrong.length > 0) {
        throw new Failure(
            `The engine publishes ports otherwise than it was asked to: ${wrong.join("; ")}.`,
            await docker(["stop", variable("MACHINE")]).then(
                () => "The machine was stopped. Choose another hostAddress.",
                (/** @type {Error} */ { message }) =>
                    `The machine could not be stopped, and is reached there: ${message}`,
            ),
        );
    }
}

/**
 * @param {Port} port
 * @param {{ HostIp: string, HostPort: string }} place
 */
function isAsAsked({ hostAddress, hostPort }, { HostIp, HostPort }) {
    return canonical(addressOf(HostIp)) === canonical(hostAddress) && HostPort === String(hostPort ?? HostPort);
}

/** @param {string} address */
function canonical(address) {
    return isIPv6(address) ? new URL(`http://[${address}]`).hostname : address;
}

/** @param {{ HostIp: string, HostPort: string }} place */
function where({ HostIp, HostPort }) {
    const address = addressOf(HostIp);
    return `${isIPv6(address) ? `[${address}]` : address}:${HostPort}`;
}

/** Podman has no word for "all of them". @param {string} HostIp */
const addressOf = (HostIp) => HostIp || "0.0.0.0";

/** @param {Port} port */
function describe({ port, protocol, hostAddress, hostPort }) {
    return `port ${port}/${protocol}, asked for on ${hostAddress}${hostPort === undefined ? "" : `:${hostPort}`},`;
}

/**
 * Published ports as `docker port` writes them: `127.0.0.1:8080->80/tcp`.
 *
 * @param {Published} published
 */
export function describePublished(published) {
    return Object.entries(published)
        .flatMap(([port, places]) => (places ?? []).map((place) => `${where(place)}->${port}`))
        .sort((a, b) => portOf(a) - portOf(b));
}

/** @param {string} described */
const portOf = (described) => Number(/->(\d+)\//.exec(described)?.[1]);
