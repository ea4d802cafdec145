import { randomBytes } from "node:crypto";
import { BUILD_TAG } from "./image-name";
import type { OurLabels, SeenContainer, SeenThing } from "./look";

/**
 * A label by which a thing on the host is the one that the state knows. It stays as it is as long as the thing is there. Where
 * it is gone, another generation is another input: the next `pulumi up` makes the thing anew, without anybody's help.
 */
export type Generation = string;

/** The build that is there, or the next one. */
export function buildGeneration(tags: readonly string[]): Generation {
    return tags.find((tag) => tag.startsWith(BUILD_TAG))?.slice(BUILD_TAG.length) ?? next();
}

/** The network that is there, or the next one. */
export function networkGeneration(seen: readonly SeenThing[], name: string, instance: string): Generation {
    return present(seen, name, instance)?.labels.generation ?? next();
}

/**
 * The container that is there, or the next one. One that was never started is what a `pulumi up` leaves behind that was
 * killed in the wrong moment, for no state knows it: the next one says in its generation which one it has to make room.
 */
export function containerGeneration(seen: readonly SeenContainer[], name: string, instance: string): Generation {
    const container = present(seen, name, instance);
    if (container === undefined) {
        return next();
    }
    const { generation } = container.labels;
    return container.started ? generation : `${next()}${IN_PLACE_OF}${generation.split(IN_PLACE_OF)[0]}`;
}

const IN_PLACE_OF = "~";

/** Containers, by name, of which this generation has to go: the same as long as their successors are there. */
export function staleGenerations(generations: Readonly<Record<string, Generation>>): Record<string, Generation> {
    const stale = Object.entries(generations).map(([name, generation]) => [name, generation.split(IN_PLACE_OF)[1]]);
    return Object.fromEntries(stale.filter(([, generation]) => generation !== undefined)) as Record<string, Generation>;
}

function present<Thing extends SeenThing>(seen: readonly Thing[], name: string, instance: string): Thing | undefined {
    return seen.find((thing) => thing.name === name && isOf(thing.labels, instance));
}

function isOf(labels: OurLabels, instance: string): boolean {
    return labels.instance === instance && labels.generation !== "";
}

function next(): Generation {
    return randomBytes(4).toString("hex");
}
