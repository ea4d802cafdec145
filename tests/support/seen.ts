import type { OurLabels, SeenContainer, SeenThing } from "../../components/docker/look";

/** Labels of a thing of the sandbox `alice`, in the stack that Pulumi's mocks are. */
export const OUR_LABELS: OurLabels = {
    sandbox: "alice",
    project: "test",
    stack: "stack",
    owner: "alice",
    instance: "0a1b2c3d",
    generation: "7",
};

/** Labels of a thing that is none of ours. */
export const NO_LABELS: OurLabels = { sandbox: "", project: "", stack: "", owner: "", instance: "", generation: "" };

/** A thing that a look at the host has found. */
export function seenThing(name: string, labels: Partial<OurLabels> = {}): SeenThing {
    return { id: `${name}-id`, name, labels: { ...OUR_LABELS, ...labels } };
}

/** A machine of the sandbox that a look at the host has found, up. */
export function seenContainer(name: string, found: Partial<SeenContainer> = {}): SeenContainer {
    return { ...seenThing(name), status: "running", started: true, lastStop: "", ...found };
}
