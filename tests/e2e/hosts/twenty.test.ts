import * as pulumi from "@pulumi/pulumi";
import assert from "node:assert/strict";
import { type MachineOutputs, SystemdSandbox } from "../../../components";
import { debian } from "../../support/base-image";
import { cells, startEngine, stopEngine } from "../../support/engines";
import { rows } from "../../support/rows";
import { skip } from "../../support/skip";
import { snapshot } from "../../support/snapshot";
import { withStack } from "../../support/stack";

/** Every engine on which machines run, with `npm run test:hosts`. */
const engines = process.env.HOSTS === "all" ? cells.filter(({ name }) => rows.some((row) => row.cell === name)) : [];

describe("twenty machines at once", () => {
    for (const { name } of engines) {
        it(`run on ${name}, and are gone afterwards`, async function () {
            this.timeout("15m"); // its chroot may have to be built first, or another run may have it
            const engine = await startEngine(name, { own: true });
            if ("reason" in engine) {
                skip(this, engine.reason);
            }
            try {
                const image = await debian("bookworm", engine.dockerHost);
                const { containers, networks, images, mounts } = await snapshot(engine);
                const sandbox = () => {
                    const { machines } = new SystemdSandbox(pulumi.getStack(), {
                        ...image,
                        machines: { node: { count: 20 } },
                    });
                    return Promise.resolve({ machines });
                };
                await withStack(
                    sandbox,
                    async (stack) => {
                        const machines = (await stack.up()).outputs.machines.value as Record<string, MachineOutputs>;
                        assert.deepEqual(
                            Object.values(machines).map(({ state }) => state),
                            Array(20).fill("running"),
                        );
                    },
                    { DOCKER_HOST: engine.dockerHost },
                );
                const after = await snapshot(engine);
                assert.deepEqual(
                    [after.containers, after.networks, after.images, after.mounts],
                    [containers, networks, images, mounts],
                );
            } finally {
                await stopEngine(engine);
            }
        });
    }
});
