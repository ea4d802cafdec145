import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, openSync, readFileSync } from "node:fs";
import type { Socket } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import type { Cell } from "./cells";
import { Engine } from "./engine";

/** Where an engine of ours comes from, and what it keeps. */
export interface Places {
    /** The directory that keeps its socket, its log, its data and its lock. */
    readonly home: string;
    /** The root file system of its host. */
    readonly chroot: string;
    /** Programs that it takes before those of the chroot. */
    readonly programs: string | undefined;
    /** How large its disk is, where that is to be one of its own. */
    readonly diskMiB: number | undefined;
}

/** An engine of ours on a host of its own, see host.sh. */
export class OwnEngine extends Engine {
    readonly #home: string;
    readonly #host: ChildProcess;
    #hostPid = 0;
    #running = false;
    /** How its host ended, once it has. */
    #gone?: string;

    private constructor(
        readonly cell: Cell,
        places: Places,
    ) {
        super(cell.name, cell.kind, cell.cgroupVersion, `unix://${join(places.home, "run/docker.sock")}`);
        this.#home = places.home;
        // A session of its own: Ctrl-C is for the tests; the host notices their end by the end of its stdin.
        this.#host = spawn(
            "unshare",
            ["--mount", "--propagation", "private", "bash", join(__dirname, "host.sh"), cell.name],
            {
                detached: true,
                env: { ...process.env, ...settings(cell, places) },
                stdio: ["pipe", "pipe", openSync(join(places.home, "host.log"), "w")],
            },
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
    static async start(cell: Cell, places: Places): Promise<OwnEngine> {
        mkdirSync(places.home, { recursive: true });
        const engine = new OwnEngine(cell, places);
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

    halt(how: "graceful" | "kill"): Promise<void> {
        return this.#end(how === "kill" ? "KILL" : "TERM");
    }

    resume(): Promise<void> {
        return this.#start();
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

/** What host.sh wants to know, as it calls it. */
function settings({ kind, cgroupVersion, pool, ...cell }: Cell, places: Places): Record<string, string> {
    const { userns, rootless, built, imageStore } = cell;
    const flags = [
        ...(userns === undefined ? [] : ["--userns-remap=engine"]),
        ...(built && imageStore === "engine" ? ["--feature=containerd-snapshotter=false"] : []),
    ];
    return {
        ENGINE_LAUNCHER: rootless ? `${kind}-rootless` : kind,
        ENGINE_CGROUP: `v${cgroupVersion}`,
        ENGINE_CHROOT: places.chroot,
        ENGINE_HOME: places.home,
        ENGINE_POOL: `${pool}`,
        ENGINE_DISK: places.diskMiB === undefined ? "" : `${places.diskMiB}m`,
        ENGINE_PROGRAMS: places.programs ?? "",
        ENGINE_UID: `${userns ?? rootless?.uid ?? ""}`,
        ENGINE_DELEGATED: rootless?.delegated ? "yes" : "",
        ENGINE_FLAGS: flags.join(" "),
    };
}

function tail(file: string): string {
    return readFileSync(file, "utf8").trim().split("\n").slice(-4).join(" / ") || `nothing in ${file}`;
}
