import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { docker, inMachine } from "./docker";

/** Reboots a machine by a command in it, and gives back control when another systemd has begun, in a container that never stopped. */
export async function reboot(
    container: string,
    environment: Record<string, string> = {},
    command = "systemctl reboot",
): Promise<void> {
    const started = () => docker(["inspect", "-f", "{{.State.StartedAt}}", container], environment);
    const before = [await started(), await systemdsBegin(container, environment)];
    // It may be ended by what it has begun.
    await inMachine(container, command, environment).catch(() => undefined);
    for (const deadline = Date.now() + 60_000; ; await sleep(200)) {
        const begin = await systemdsBegin(container, environment).catch(() => "");
        if (begin !== "" && begin !== before[1]) {
            break;
        }
        assert.ok(Date.now() < deadline, `${container} has not rebooted: its systemd began at ${begin || "no time"}`);
    }
    assert.equal(await started(), before[0], "the engine has started it again");
}

/** When PID 1 began, as systemd: another number is another boot. */
function systemdsBegin(container: string, environment: Record<string, string>): Promise<string> {
    return inMachine(container, "systemctl show --property=UserspaceTimestampMonotonic", environment);
}
