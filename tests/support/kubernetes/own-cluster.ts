import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, openSync, readFileSync } from "node:fs";
import type { Socket } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { chroot } from "../engines/chroot";
import { freePort } from "../free-port";
import type { Cluster } from "./cluster";
import { Kubectl, kubectlOf } from "./kubectl";
import { objects } from "./objects";
import { clusterPrograms } from "./parts";

/** What starts it calls besides what every Linux has. */
const TOOLS = ["mmdebstrap", "unshare", "nsenter", "flock", "findmnt", "ip", "openssl"];

/** Not everybody's has the tools of an administrator. */
const PATH = `${process.env.PATH}:/usr/sbin:/sbin`;

/** Where it comes from, and what it keeps. */
interface Places {
    readonly home: string;
    readonly chroot: string;
    readonly programs: string;
    readonly registryPort: number;
}

/** A cluster of two nodes on this machine, see cluster.sh. */
export class OwnCluster implements Cluster {
    readonly kubeconfig: string;
    readonly context = "tests";
    readonly registry: string;
    readonly nodes = ["node-a", "node-b"];
    readonly path: string;
    readonly #kubectl: Kubectl;
    readonly #log: string;
    readonly #host: ChildProcess;
    #started = false;
    /** How it ended, once it has. */
    #gone?: string;

    private constructor({ home, chroot, programs, registryPort }: Places) {
        this.kubeconfig = join(home, "run/pki/admin.kubeconfig");
        this.registry = `127.0.0.1:${registryPort}`;
        this.path = kubectlOf(chroot, home);
        this.#kubectl = new Kubectl(join(this.path, "kubectl"), this.kubeconfig);
        this.#log = join(home, "cluster.log");
        // A session of its own: Ctrl-C is for the tests; the cluster notices their end by the end of its stdin.
        this.#host = spawn("unshare", ["--mount", "--propagation", "private", "bash", join(__dirname, "cluster.sh")], {
            detached: true,
            env: {
                // Nothing of the user's settings: the servers would heed proxies, for one.
                PATH: process.env.PATH,
                CLUSTER_HOME: home,
                CLUSTER_CHROOT: chroot,
                CLUSTER_PROGRAMS: programs,
                CLUSTER_REGISTRY: `${registryPort}`,
            },
            stdio: ["pipe", "pipe", openSync(this.#log, "w")],
        });
        this.#host
            .on("close", (code, signal) => (this.#gone = `${signal ?? `exit code ${code}`}`))
            .on("error", (error) => (this.#gone = error.message));
        this.#host.stdin!.on("error", () => {}); // one that is gone already is found by #gone
        createInterface({ input: this.#host.stdout! }).on("line", (line) => this.#heard(line));
        // Nothing here keeps the tests alive: when they end, so does the cluster.
        this.#host.unref();
        (this.#host.stdin as Socket).unref();
        (this.#host.stdout as Socket).unref();
    }

    /** @throws with the reason where it can't be had here, or doesn't come up */
    static async start(): Promise<OwnCluster> {
        await requireTools();
        const home = await homeOfCluster();
        mkdirSync(home, { recursive: true });
        const [root, programs, registryPort] = [await chroot("kubernetes"), await clusterPrograms(), await freePort()];
        console.warn("kubernetes: starting a cluster of two nodes (10 to 20 s)");
        const cluster = new OwnCluster({ home, chroot: root, programs, registryPort });
        try {
            await cluster.#until(() => cluster.#started, 1860, "the start of its machines");
            await cluster.#until(() => cluster.#accepts(objects(cluster.nodes)), 120, "its API server");
            await cluster.#until(() => cluster.#isReady(), 120, "its nodes");
        } catch (error) {
            await cluster.stop();
            throw error;
        }
        return cluster;
    }

    kubectl(...words: string[]): Promise<string> {
        return this.#kubectl.run(words);
    }

    feed(stdin: string, ...words: string[]): Promise<string> {
        return this.#kubectl.run(words, stdin);
    }

    apply(...items: readonly object[]): Promise<void> {
        return this.#kubectl.apply(items);
    }

    async stop(): Promise<void> {
        this.#host.stdin!.end();
        await this.#until(() => this.#gone !== undefined, 60, "its end").catch((error: Error) => {
            console.warn(`kubernetes: ${error.message}`);
            this.#host.kill("SIGKILL");
        });
    }

    #heard(line: string): void {
        switch (line) {
            case "waiting":
                console.warn("kubernetes: the cluster is in use by another run, waiting for it");
                break;
            case "started":
                this.#started = true;
        }
    }

    #accepts(items: readonly object[]): Promise<boolean> {
        return this.apply(...items).then(
            () => true,
            () => false,
        );
    }

    /** Pods need the account that their namespace gets a little later. */
    async #isReady(): Promise<boolean> {
        const ready = '{.items[*].status.conditions[?(@.type=="Ready")].status}';
        const nodes = await this.kubectl("get", "nodes", `--output=jsonpath=${ready}`);
        const account = await this.kubectl("get", "serviceaccount", "default", "--ignore-not-found", "--output=name");
        return nodes === this.nodes.map(() => "True").join(" ") && account !== "";
    }

    async #until(condition: () => boolean | Promise<boolean>, seconds: number, what: string): Promise<void> {
        for (const deadline = Date.now() + seconds * 1000; !(await condition()); await sleep(200)) {
            if (this.#gone !== undefined) {
                throw new Error(`the cluster ended (${this.#gone}): ${this.#lastWords()}`);
            }
            if (Date.now() > deadline) {
                throw new Error(`the cluster: waited ${seconds} s for ${what}: ${this.#lastWords()}`);
            }
        }
    }

    #lastWords(): string {
        return readFileSync(this.#log, "utf8").trim().split("\n").slice(-4).join(" / ") || `nothing in ${this.#log}`;
    }
}

/** The directory that keeps what the cluster has, its logs, and the lock of the run that has it. */
export async function homeOfCluster(): Promise<string> {
    const { cached } = await import("../../../toolchain/cache.mjs");
    return cached("kubernetes", "cluster");
}

async function requireTools(): Promise<void> {
    const { run, which } = await import("../../../toolchain/child.mjs");
    if (process.getuid?.() !== 0) {
        throw new Error("starting a cluster takes root");
    }
    const missing = TOOLS.filter((tool) => which(tool, { PATH }) === undefined);
    if (missing.length > 0) {
        throw new Error(`${missing.join(", ")} missing`);
    }
    if (!(await run("findmnt", ["--types", "cgroup2"])).ok) {
        throw new Error("this machine mounts no cgroup v2 hierarchy");
    }
}
