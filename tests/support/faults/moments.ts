import type { EngineEvent } from "@pulumi/pulumi/automation";
import type { Bench } from "./bench";
import type { Watch } from "./relay";
import type { Sandbox } from "./sandbox";

/** A point of an `up` that can be told from all others by what the engine is asked for, or by what Pulumi has made. */
export interface Moment {
    /** Of the sandbox's name: the request that the engine gets then. */
    readonly watch?: (sandbox: string) => Watch;
    /** How the URN of the resource ends that Pulumi has just made; for those that ask the engine for nothing. */
    readonly made?: string;
    /** The plugin that is at work. */
    readonly plugin: "docker" | "command";
}

const asked = (...request: RegExp[]): Watch => ({ when: "asked", request });
const answered = (...request: RegExp[]): Watch => ({ when: "answered", request });

/** Nobody else asks for networks by a label. */
const CLAIM = /^GET \S*\/networks\?filters=%7B%22label/;
const EXPIRY = [/^POST \S*\/volumes\/create /, /\.expiry"/];
const NETWORK = /^POST \S*\/networks\/create /;
const BUILD = /^POST \S*\/build\?/;
const PIN = /^POST \S*\/images\/\S*\/tag\?/;
const create = (sandbox: string) => new RegExp(`^POST \\S*/containers/create\\?name=${sandbox}-box `);
const start = (sandbox: string) => new RegExp(`^POST \\S*/containers/${sandbox}-box/start `);
const exec = (sandbox: string) => new RegExp(`^POST \\S*/containers/${sandbox}-box/exec `);

/** In the order in which they come, for a sandbox of one machine with a step. */
export const moments = {
    look: { watch: () => asked(/^GET \S*\/info /), plugin: "command" },
    claim: { watch: () => asked(CLAIM), plugin: "command" },
    "claim's end": { watch: () => answered(CLAIM), plugin: "command" },
    expiry: { watch: () => asked(...EXPIRY), plugin: "command" },
    "expiry's end": { watch: () => answered(...EXPIRY), plugin: "command" },
    network: { watch: () => asked(NETWORK), plugin: "command" },
    "network's end": { watch: () => answered(NETWORK), plugin: "command" },
    leftovers: { made: "-leftovers", plugin: "command" },
    image: { watch: () => asked(BUILD), plugin: "docker" },
    "image's end": { watch: () => asked(PIN), plugin: "command" },
    pin: { watch: () => answered(PIN), plugin: "command" },
    "set-up": { watch: () => ({ ...asked(/^GET \S*\/info /), after: PIN }), plugin: "command" },
    "set-up's container": {
        watch: () => ({ ...answered(/^POST \S*\/containers\/create /), after: PIN }),
        plugin: "command",
    },
    container: { watch: (sandbox) => asked(create(sandbox)), plugin: "docker" },
    "container's end": { watch: (sandbox) => answered(create(sandbox)), plugin: "docker" },
    ready: { watch: (sandbox) => asked(start(sandbox)), plugin: "command" },
    "ready's middle": { watch: (sandbox) => asked(exec(sandbox)), plugin: "command" },
    step: { watch: (sandbox) => asked(exec(sandbox), /PROVISION_VARIABLES/), plugin: "command" },
} satisfies Record<string, Moment>;

export type MomentName = keyof typeof moments;

/**
 * Runs `up`, and `strike` in the middle of it, just at that moment: whoever waits for the engine then waits until it is over.
 *
 * @returns what `up` says, which has to fail
 */
export async function upStruck(bench: Bench, sandbox: Sandbox, name: MomentName, strike: () => Promise<unknown>) {
    const { watch, made }: Moment = moments[name];
    const strikes: Promise<unknown>[] = [];
    const reached = () => {
        const over = strike();
        strikes.push(over);
        // Who waits goes on whatever came of it.
        return over.catch(() => undefined);
    };
    if (watch !== undefined) {
        bench.relay.hold(watch(sandbox.stack.name), reached);
    }
    const onEvent = ({ resOutputsEvent }: EngineEvent) => {
        if (made !== undefined && strikes.length === 0 && resOutputsEvent?.metadata.urn.endsWith(made)) {
            void reached();
        }
    };
    const said = await sandbox.upFails({ onEvent }).catch(async (error: Error) => {
        await Promise.all(strikes);
        throw strikes.length === 0 ? new Error(`the moment '${name}' never came: ${error.message}`) : error;
    });
    if (strikes.length === 0) {
        throw new Error(`'up' failed before the moment '${name}': ${said}`);
    }
    await Promise.all(strikes);
    return said;
}
