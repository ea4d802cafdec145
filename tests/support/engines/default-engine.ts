import { Engine } from "./engine";

/** The engine that this machine runs anyway. It belongs to somebody else: never started, restarted or stopped here. */
export class DefaultEngine extends Engine {
    readonly root = "";
    readonly hostPid = process.pid;

    halt(): Promise<void> {
        const reason = `${this.name} is this machine's own engine: start one of ours with { own: true } to restart it`;
        return Promise.reject(new Error(reason));
    }

    async resume(): Promise<void> {}

    async stop(): Promise<void> {}
}
