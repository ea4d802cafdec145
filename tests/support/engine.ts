import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, openSync, readFileSync } from "node:fs";
import { type IncomingMessage, request } from "node:http";
import type { Socket } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";

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

    /** Where the engine's root directory is for us: "" when it is our own. Read its files below this path. */
    abstract readonly root: string;

    /** The process whose namespaces are the engine's host: PID 1 as a container with `--pid=host` sees it. */
    abstract readonly hostPid: number;

    /** Stops the engine and starts it again on the same data: cleanly, or with kill -9 as in a crash. */
    abstract restart(how: "graceful" | "kill"): Promise<void>;

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

/** The engine that this machine runs anyway. It belongs to somebody else: never started, restarted or stopped here. */
export class DefaultEngine extends Engine {
    readonly root = "";
    readonly hostPid = process.pid;

    restart(): Promise<void> {
        const reason = `${this.name} is this machine's own engine: start one of ours with { own: true } to restart it`;
        return Promise.reject(new Error(reason));
    }

    async stop(): Promise<void> {}
}

export interface OwnEngineSpec {
    name: string;
    kind: "docker" | "podman";
    cgroupVersion: 1 | 2;
    /** The root file system the engine comes from. */
    chroot: string;
    /** The directory that keeps its socket, its log, its data and its lock. */
    home: string;
    /** Its uplink is 10.<pool>.0.0/30. */
    pool: number;
}

/** An engine of ours on a host of its own, see engine-host.sh. */
export class OwnEngine extends Engine {
    readonly #home: string;
    readonly #host: ChildProcess;
    #hostPid = 0;
    #running = false;
    /** How its host ended, once it has. */
    #gone?: string;

    private constructor(spec: OwnEngineSpec) {
        super(spec.name, spec.kind, spec.cgroupVersion, `unix://${join(spec.home, "run/docker.sock")}`);
        this.#home = spec.home;
        const args = [spec.name, spec.kind, `v${spec.cgroupVersion}`, spec.chroot, spec.home, `${spec.pool}`];
        // A session of its own: Ctrl-C is for the tests; the host notices their end by the end of its stdin.
        this.#host = spawn(
            "unshare",
            ["--mount", "--propagation", "private", "bash", join(__dirname, "engine-host.sh"), ...args],
            { detached: true, stdio: ["pipe", "pipe", openSync(join(spec.home, "host.log"), "w")] },
        );
        this.#host
            .on("close", (code, signal) => (this.#gone = `${signal ?? `exit code ${code}`}`))
            .on("error", (error) => (this.#gone = error.message));
        this.#host.stdin!.on("error", () => {}); // a host that is gone already is found by #gone
        createInterface({ input: this.#host.stdout! }).on("line", (line) => this.#heard(line));
        // Nothing here keeps the tests alive: when they end, so does the host.
        this.#host.unref();
        (this.#host.stdin as Socket).unref();
        (this.#host.stdout as Socket).unref();
    }

    /** @throws with the last lines of the log when the engine doesn't come up */
    static async start(spec: OwnEngineSpec): Promise<OwnEngine> {
        mkdirSync(spec.home, { recursive: true });
        const engine = new OwnEngine(spec);
        try {
            await engine.#until(() => engine.#hostPid > 0, 960, "the start of its host");
            await engine.#start();
        } catch (error) {
            await engine.stop();
            throw error;
        }
        return engine;
    }

    get root(): string {
        return `/proc/${this.#hostPid}/root`;
    }

    get hostPid(): number {
        return this.#hostPid;
    }

    async restart(how: "graceful" | "kill"): Promise<void> {
        await this.#end(how === "kill" ? "KILL" : "TERM");
        await this.#start();
    }

    async stop(): Promise<void> {
        if (this.#running) {
            await this.#end("TERM").catch((error: Error) => console.warn(`engines: ${error.message}`));
        }
        this.#host.stdin!.end();
        await this.#until(() => this.#gone !== undefined, 60, "the end of its host").catch(() =>
            this.#host.kill("SIGKILL"),
        );
    }

    #heard(line: string): void {
        const [word, value] = line.split(" ");
        switch (word) {
            case "waiting":
                console.warn(`engines: ${this.name} is in use by another run, waiting for it`);
                break;
            case "host":
                this.#hostPid = Number(value);
                break;
            case "exited":
                this.#running = false;
        }
    }

    async #start(): Promise<void> {
        this.#running = true;
        this.#host.stdin!.write("start\n");
        this.version = "";
        await this.#until(
            async () => {
                this.version = await this.get<{ Version: string }>("/version").then(
                    (answer) => answer.Version,
                    () => "",
                );
                if (!this.#running) {
                    throw new Error(`${this.name} exited at once: ${tail(join(this.#home, "run/log"))}`);
                }
                return this.version !== "";
            },
            60,
            "its first answer",
        );
    }

    async #end(signal: "TERM" | "KILL"): Promise<void> {
        this.#host.stdin!.write(`${signal}\n`);
        await this.#until(() => !this.#running, 60, `its end after ${signal}`);
    }

    async #until(condition: () => boolean | Promise<boolean>, seconds: number, what: string): Promise<void> {
        for (const deadline = Date.now() + seconds * 1000; !(await condition()); await sleep(30)) {
            if (this.#gone !== undefined) {
                throw new Error(
                    `the host of ${this.name} ended (${this.#gone}): ${tail(join(this.#home, "host.log"))}`,
                );
            }
            if (Date.now() > deadline) {
                throw new Error(`${this.name}: waited ${seconds} s for ${what}`);
            }
        }
    }
}

function tail(file: string): string {
    return readFileSync(file, "utf8").trim().split("\n").slice(-4).join(" / ") || `nothing in ${file}`;
}
