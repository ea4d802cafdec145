import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { debian } from "../base-image";
import { docker } from "../docker";
import { type Engine, startEngine, stopEngine } from "../engines";
import { machineJournals } from "../journal";
import { openProject, type Project } from "../project";
import { type Snapshot, snapshot } from "../snapshot";
import { Relay } from "./relay";
import { Sandbox } from "./sandbox";

export interface BenchOptions {
    /** See {@link startEngine}. */
    readonly diskMiB?: number;
    /**
     * Gives the address of a host that is reached over a network, whose engine is at the given one, and what its clients need to
     * have in their environment for that.
     *
     * @default the engine is this machine's, as far as Pulumi knows
     */
    readonly far?: (engine: string) => Promise<{ host: string; environment: Record<string, string> }>;
}

/** An engine of the tests' own that may be broken, and a Pulumi project that uses it as a person's does. */
export class Bench {
    /** What the engine must have when a sandbox has gone. */
    #untouched!: Snapshot;
    readonly #sandboxes: Sandbox[] = [];
    readonly #rivals: Project[] = [];
    #halted = false;

    private constructor(
        readonly engine: Engine,
        readonly relay: Relay,
        readonly project: Project,
        private readonly config: Record<string, string>,
    ) {}

    /** The reason where there can't be one here. */
    static async open(cell: string, { diskMiB, far }: BenchOptions): Promise<Bench | { reason: string }> {
        const engine = await startEngine(cell, { own: true, diskMiB });
        if ("reason" in engine) {
            return engine;
        }
        const relay = new Relay(engine.dockerHost);
        await relay.open();
        const image = await debian("bookworm", engine.dockerHost);
        const { host, environment } = (await far?.(relay.dockerHost)) ?? {
            host: "",
            environment: { DOCKER_HOST: relay.dockerHost },
        };
        const bench = new Bench(engine, relay, await openProject(environment), { ...image, ttl: "8h", host });
        bench.#untouched = await bench.#traces();
        return bench;
    }

    /** Of what is still there nothing may be left either. */
    async close(): Promise<void> {
        try {
            await this.#clear();
            await this.project.close();
        } finally {
            await this.relay.remove();
            await stopEngine(this.engine);
        }
    }

    /** The engine goes, and those who talk with it notice. */
    async halt(how: "graceful" | "kill"): Promise<void> {
        this.#halted = true;
        await Promise.all([this.engine.halt(how), this.relay.close()]);
    }

    async resume(): Promise<void> {
        await this.engine.resume();
        await this.relay.open();
        this.#halted = false;
    }

    docker(...words: string[]): Promise<string> {
        return docker(words, { DOCKER_HOST: this.engine.dockerHost });
    }

    /**
     * A sandbox of one machine, `box`, with everything that an `up` makes: a time to live, a network, an image, a volume and a
     * step. The end of its row takes it away.
     */
    async sandbox(box: Record<string, unknown> = {}): Promise<Sandbox> {
        const name = `f${randomBytes(3).toString("hex")}`;
        const common = { volumes: { data: { path: "/var/data" } }, provision: [{ inline: STEP }] };
        const config = { ...this.config, machines: { box: { ...common, ...box } } };
        const sandbox = new Sandbox(await this.project.stack(name, config), this.engine.dockerHost);
        this.#sandboxes.push(sandbox);
        return sandbox;
    }

    /** A sandbox of that one's name and project, in a backend of its own: another person's. */
    async rival({ stack }: Sandbox): Promise<Sandbox> {
        const project = await openProject({ DOCKER_HOST: this.relay.dockerHost });
        this.#rivals.push(project);
        const machines = { box: { provision: [{ inline: "exit 0" }] } };
        return new Sandbox(await project.stack(stack.name, { ...this.config, machines }), this.engine.dockerHost);
    }

    /**
     * Runs a test and then destroys its sandboxes, of which nothing may be left, whatever has happened to them. After a failure
     * the next test gets the bench as it should be all the same.
     */
    async row(test: () => Promise<void>): Promise<void> {
        try {
            await test();
        } catch (error) {
            await this.#mend();
            throw error;
        }
        await this.#clear();
    }

    async #mend(): Promise<void> {
        this.relay.letGo();
        if (this.#halted) {
            await this.resume();
        }
        for (const { stack } of this.#sandboxes) {
            console.error(await machineJournals(stack.name, { DOCKER_HOST: this.engine.dockerHost }));
            await stack.cancel().catch(() => undefined); // where nothing holds it, there is nothing to let go
        }
        await this.#clear().catch((error: Error) => console.error(`and then: ${error.message}`));
    }

    async #clear(): Promise<void> {
        const ended = this.#sandboxes.splice(0);
        for (const project of this.#rivals.splice(0)) {
            await project.close();
        }
        for (const sandbox of ended) {
            await sandbox.destroy();
        }
        assert.deepEqual(await this.#traces(...ended), this.#untouched, "something is left behind");
    }

    /** All that is on the engine; of cgroups the sandboxes' own, for the machine's other engines have theirs in the same trees. */
    async #traces(...sandboxes: readonly Sandbox[]): Promise<Snapshot> {
        const { cgroups, ...others } = await snapshot(this.engine);
        return {
            ...others,
            cgroups: cgroups.filter((path) => sandboxes.some(({ stack }) => path.includes(stack.name))),
        };
    }
}

/** Each run of it leaves a line on the volume. */
const STEP = "echo done >>/var/data/steps";
