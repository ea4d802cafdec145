import assert from "node:assert/strict";
import { inMachine } from "./docker";

/** The engine needs a moment to start its containers again, and systemd one to boot. */
export async function untilRunning(machine: string, environment: Record<string, string>, seconds = 60): Promise<void> {
    let state = "";
    for (const deadline = Date.now() + seconds * 1000; state !== "running";) {
        assert.ok(Date.now() < deadline, `${machine} is still ${state}`);
        state = await inMachine(machine, "systemctl is-system-running --wait", environment).catch(
            (error: { stdout?: string; message: string }) => error.stdout?.trim() || error.message,
        );
    }
}
