import { execFile } from "node:child_process";
import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { text } from "node:stream/consumers";
import { promisify } from "node:util";
import type { Cell } from "./cells";

/** A container engine to run tests against, on a machine or in namespaces that look like one. */
export abstract class Engine {
    /** The engine's version, as it says itself. */
    version = "unknown";

    constructor(
        readonly name: string,
        readonly kind: "docker" | "podman",
        readonly cgroupVersion: 1 | 2,
        /** For `DOCKER_HOST`: `unix://…`. */
        readonly dockerHost: string,
    ) {}

    /** What its host is; unknown of an engine that is only used because it is there. */
    readonly cell?: Cell;

    /** Where the engine's root directory is for us: "" when it is our own. Read its files below this path. */
    abstract readonly root: string;

    /** The process whose namespaces are the engine's host: PID 1 as a container with `--pid=host` sees it. */
    abstract readonly hostPid: number;

    /** Ends the engine, cleanly or with kill -9 as in a crash, and leaves its host as it is. */
    abstract halt(how: "graceful" | "kill"): Promise<void>;

    /** Starts the engine again on the same data. */
    abstract resume(): Promise<void>;

    async restart(how: "graceful" | "kill"): Promise<void> {
        await this.halt(how);
        await this.resume();
    }

    /** Ends the engine and everything that runs on it. Does nothing the second time. */
    abstract stop(): Promise<void>;

    /**
     * Runs a command on the engine's host, as its root, and returns what it printed. Ports that machines publish on
     * 127.0.0.1 are this host's, so `curl` them from here.
     */
    async run(...command: string[]): Promise<string> {
        const enter =
            this.root === "" ? [] : ["nsenter", `--target=${this.hostPid}`, "--mount", "--pid", "--net", "--"];
        const [file, ...args] = [...enter, ...command];
        return (await promisify(execFile)(file, args)).stdout;
    }

    /** GETs JSON from the Docker API. */
    async get<T>(path: string): Promise<T> {
        const sent = request({ socketPath: this.dockerHost.replace("unix://", ""), path }).end();
        const [answer] = (await once(sent, "response")) as [IncomingMessage];
        const body = await text(answer);
        if (answer.statusCode !== 200) {
            throw new Error(`GET ${path} from ${this.name}: ${answer.statusCode} ${body}`);
        }
        return JSON.parse(body) as T;
    }
}
