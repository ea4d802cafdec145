import { type MomentName, moments } from "../../support/faults/moments";
import { type Fault, struckAndDestroyed, struckAndMended } from "../../support/faults/struck";
import { killPlugin, killPulumi } from "../../support/faults/pulumi-processes";
import { describeOnBench, everything } from "../../support/faults/on-bench";

const FAULTS = {
    "its engine is stopped": { strike: (bench) => bench.halt("graceful"), recover: (bench) => bench.resume() },
    "its engine is killed": { strike: (bench) => bench.halt("kill"), recover: (bench) => bench.resume() },
    // Its lock stays. That is Pulumi's own, and nobody but a person knows that it isn't at work any more.
    "Pulumi is killed": { strike: () => killPulumi(), command: /delete the lock file with `(pulumi cancel)`/ },
    "the plugin is killed": { strike: (_, moment) => killPlugin(moments[moment].plugin) },
} satisfies Record<string, Fault>;

/** What is struck at each moment, with a `*` where it is part of `npm test`; the rest is in `npm run test:faults`. */
const TABLE: Record<MomentName, string> = {
    look: "stopped killed Pulumi plugin",
    claim: "stopped killed Pulumi plugin",
    "claim's end": "Pulumi",
    expiry: "stopped killed Pulumi plugin",
    "expiry's end": "Pulumi",
    network: "stopped killed Pulumi plugin",
    "network's end": "Pulumi",
    leftovers: "stopped killed Pulumi plugin",
    image: "stopped killed Pulumi plugin",
    "image's end": "stopped killed Pulumi plugin",
    pin: "Pulumi",
    "set-up": "stopped killed Pulumi plugin",
    "set-up's container": "killed Pulumi",
    container: "stopped killed Pulumi plugin",
    "container's end": "Pulumi* plugin",
    ready: "stopped killed Pulumi plugin",
    "ready's middle": "stopped killed Pulumi plugin",
    step: "stopped killed Pulumi plugin",
};

/** Where something is there that no state knows of yet. */
const LEAVES: readonly MomentName[] = [
    "expiry's end",
    "network's end",
    "image's end",
    "set-up's container",
    "container's end",
];

const WORDS: Record<string, keyof typeof FAULTS> = {
    stopped: "its engine is stopped",
    killed: "its engine is killed",
    Pulumi: "Pulumi is killed",
    plugin: "the plugin is killed",
};

const ROWS = Object.entries(TABLE).flatMap(([moment, faults]) =>
    faults.split(" ").map((word) => ({
        moment: moment as MomentName,
        fault: WORDS[word.replace("*", "")],
        core: word.endsWith("*"),
    })),
);

/** The second engine keeps images otherwise, and writes cgroups from a container at the set-up: only what that touches is struck. */
const CELLS: Record<string, readonly MomentName[]> = {
    "20.10-v2": (Object.keys(moments) as MomentName[]).filter((moment) => moment !== "set-up's container"),
    ...(everything && { "29-v2": ["image", "image's end", "set-up", "set-up's container"] }),
};

for (const [cell, struck] of Object.entries(CELLS)) {
    describeOnBench("an up that is struck", cell, (bench) => {
        for (const { moment, fault } of ROWS.filter(
            ({ core, moment }) => (everything || core) && struck.includes(moment),
        )) {
            it(`is mended by the next, and nothing is left at the end: ${fault} at the ${moment}`, () =>
                struckAndMended(bench(), moment, FAULTS[fault]));
        }

        for (const moment of LEAVES.filter((each) => everything && struck.includes(each))) {
            it(`leaves nothing when it is destroyed then and there: Pulumi is killed at the ${moment}`, () =>
                struckAndDestroyed(bench(), moment, FAULTS["Pulumi is killed"]));
        }
    });
}
