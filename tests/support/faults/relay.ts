import { once } from "node:events";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { createConnection, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A request that an engine gets: its method and path, and as much of its body as came along. */
type Request = string;

const REQUEST_LINE = /^[A-Z]+ \/\S* HTTP\/1\.1\r\n/;
/** An image's files and a machine's input come after what tells requests apart. */
const ENOUGH = 1 << 16;

/** What happens between a client and its engine, and when. */
export interface Watch {
    /** What the request must have in it, all of these. */
    readonly request: readonly RegExp[];
    /** A request that must have come before. */
    readonly after?: RegExp;
    /** The engine hasn't heard of it yet; or it has answered, and the client hasn't heard of that. */
    readonly when: "asked" | "answered";
}

/**
 * Stands between an engine and all its clients, and knows what they ask it for: the one way to do something to either of them in
 * just this moment, without a sleep. It passes bytes on as they are, for both sides speak more than HTTP on a connection.
 */
export class Relay {
    readonly #directory = mkdtempSync(join(tmpdir(), "relay-"));
    readonly #sockets = new Set<Socket>();
    #server: Server | undefined;
    #watched: { watch: Watch; reached: () => Promise<unknown>; since: boolean } | undefined;

    constructor(private readonly engine: string) {}

    /** For `DOCKER_HOST`. */
    get dockerHost(): string {
        return `unix://${this.#socket}`;
    }

    get #socket(): string {
        return join(this.#directory, "docker.sock");
    }

    async open(): Promise<void> {
        this.#server = createServer({ allowHalfOpen: true }, (client) => this.#serve(client));
        await once(this.#server.listen(this.#socket), "listening");
        chmodSync(this.#socket, 0o600);
    }

    /** As it is for clients when their engine ends: connections break, and new ones are refused. */
    async close(): Promise<void> {
        const closed = this.#server && once(this.#server, "close");
        this.#server?.close();
        for (const socket of this.#sockets) {
            socket.destroy();
        }
        await closed;
        this.#server = undefined;
    }

    async remove(): Promise<void> {
        await this.close();
        rmSync(this.#directory, { recursive: true });
    }

    /** Holds the first such request until `reached` has ended. */
    hold(watch: Watch, reached: () => Promise<unknown>): void {
        this.#watched = { watch, reached, since: watch.after === undefined };
    }

    letGo(): void {
        this.#watched = undefined;
    }

    #serve(client: Socket): void {
        const engine = createConnection({ path: this.engine.replace("unix://", ""), allowHalfOpen: true });
        /** What the engine is asked for and hasn't answered. */
        let pending: Request = "";
        pass(client, engine, async (bytes) => {
            // Clients of Docker's wait for an answer before they ask again: a request is at the beginning of what comes.
            const text = bytes.toString("latin1");
            pending = (REQUEST_LINE.test(text) ? text : pending + text).slice(0, ENOUGH);
            await this.#at("asked", pending);
        });
        pass(engine, client, async () => {
            await this.#at("answered", pending);
            pending = "";
        });
        for (const socket of [client, engine]) {
            this.#sockets.add(socket);
            const end = () => (client.destroy(), engine.destroy());
            socket.on("error", end).on("close", () => (this.#sockets.delete(socket), end()));
        }
    }

    async #at(when: Watch["when"], asked: Request): Promise<void> {
        if (this.#watched === undefined) {
            return;
        }
        const { watch, reached, since } = this.#watched;
        if (!since) {
            this.#watched.since = watch.after!.test(asked);
        } else if (watch.when === when && watch.request.every((part) => part.test(asked))) {
            this.#watched = undefined;
            await reached();
        }
    }
}

/** Passes on what comes, in its order, once `look` is done with it. */
function pass(from: Socket, to: Socket, look: (bytes: Buffer) => Promise<void>): void {
    let before = Promise.resolve();
    from.on("data", (bytes) => {
        from.pause();
        before = before.then(async () => {
            await look(bytes);
            to.write(bytes, () => from.resume());
        });
    });
    from.on("end", () => void before.then(() => to.end()));
}
