import assert from "node:assert/strict";
import type { MachineArgs } from "../../components";
import { inMachine } from "../support/docker";
import { sandboxOf } from "../support/sandbox";
import { withStack } from "../support/stack";

const service = (start: string): string =>
    `[Service]\nExecStart=/bin/sh -c '${start}'\n[Install]\nWantedBy=multi-user.target\n`;

/** A service that systemd takes for started long before it listens. */
const SLOW = service("sleep 1.5; exec python3 -m http.server 8000");

describe("a machine that is waited for", () => {
    it("is not there before its units are active, its ports open and its command succeeds", async () => {
        const web: MachineArgs = {
            units: {
                "slow.service": { content: SLOW, enable: true },
                "later.service": { content: service("touch /run/later; exec sleep infinity") },
                "later.timer": { content: "[Timer]\nOnActiveSec=1\n[Install]\nWantedBy=timers.target\n", enable: true },
            },
            waitFor: { ports: [8000], units: ["later.service"], command: "test -e /run/later" },
        };
        await withStack(sandboxOf({ web }), async (stack) => {
            await stack.up();
            const machine = `${stack.name}-web`;
            assert.match(await inMachine(machine, "curl --silent --fail http://localhost:8000/"), /Directory listing/);
            assert.equal(await inMachine(machine, "systemctl is-active later.service"), "active");
            assert.deepEqual(await stack.changes(), []);
        });
    });

    it("is not there when one of them is missing, and the error says which, first of all", async () => {
        const impatient: MachineArgs = { readyTimeout: 10, allowDegraded: true };
        const flooded = service("echo the cellar is flooded; exit 7");
        const machines: Record<string, MachineArgs> = {
            port: {
                ...impatient,
                units: { "slow.service": { content: SLOW, enable: true } },
                waitFor: { ports: [8000, 5432] },
            },
            unit: { ...impatient, waitFor: { units: ["nothing.service"] } },
            failed: {
                ...impatient,
                units: { "broken.service": { content: flooded, enable: true } },
                // Not before the other machines wait too: Pulumi starts nothing new after a failure.
                waitFor: { ports: [9999] },
            },
            command: { ...impatient, waitFor: { command: "echo not yet; exit 4" } },
        };
        await withStack(sandboxOf(machines), async (stack) => {
            const message = await stack.upFails();
            const first = `exit status 1: running "node \\.centos-systemd/programs/ready\\.mjs":\\s+`;
            for (const reason of [
                "nothing listens on TCP port 5432 after 10 s, only on: 8000",
                "nothing\\.service is still 'inactive' after 10 s, not 'active'\\s+Unit nothing\\.service could not be found",
                "'echo not yet; exit 4' still ends with status 4 after 10 s; it says:\\s+not yet",
            ]) {
                assert.match(message, new RegExp(first + reason));
            }

            stack.program(sandboxOf({ failed: { ...machines.failed, waitFor: { units: ["broken.service"] } } }));
            const broken = await stack.upFails();
            assert.match(broken, new RegExp(`${first}broken\\.service has failed[^]*the cellar is flooded`));
            assert.match(broken, /Active: failed[^]*status=7/);
        });
    });

    it("is looked at again after a changed step of its provisioning, and systemd's state with it", async () => {
        const provisioned = (inline: string): MachineArgs => ({ provision: [{ inline }], waitFor: { ports: [8000] } });
        const serve = "systemd-run --unit=web python3 -m http.server 8000";
        await withStack(sandboxOf({ web: provisioned(serve) }), async (stack) => {
            await stack.up();
            const machine = `${stack.name}-web`;
            stack.program(sandboxOf({ web: provisioned("systemctl stop web; systemd-run --unit=broken false") }));
            assert.deepEqual(await stack.changes(), [`update ${machine}-provision-0`, `update ${machine}-wait-for`]);
            assert.match(await stack.upFails(), /systemd is 'degraded' .*; failed units: broken\.service/);
        });
    });
});
