import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import type { HostReport } from "../../../toolchain/host-report";
import { debian } from "../../support/base-image";
import { cells, startEngine, stopEngine } from "../../support/engines";
import { rows } from "../../support/rows";
import { skip } from "../../support/skip";

/** Cells on which no machine boots. */
const REFUSED = ["28-v2-rootless-undelegated"];
/** `npm run test:hosts` examines each host, `npm test` one that is fine and one that isn't. */
const examined = cells.filter(
    ({ name }) => process.env.HOSTS === "all" || ["28-v2-rootless", ...REFUSED].includes(name),
);

describe("npm run doctor", () => {
    for (const cell of examined) {
        it(`tells the truth of ${cell.name}`, async function () {
            this.timeout("15m"); // its chroot may have to be built first, or another run may have it
            const engine = await startEngine(cell.name, { own: true });
            if ("reason" in engine) {
                skip(this, engine.reason);
            }
            try {
                await debian("bookworm", engine.dockerHost);
                const env = { ...process.env, DOCKER_HOST: engine.dockerHost };
                const doctor = ["toolchain/doctor.mjs", "--json"];
                const { status, stdout, stderr } = spawnSync(process.execPath, doctor, { env, encoding: "utf8" });
                assert.equal(stderr, "");
                const { access, facts, lines } = (JSON.parse(stdout) as { host: HostReport }).host;
                const chosen = rows.find((row) => row.cell === cell.name && row.chosen)?.access;
                assert.deepEqual([access, status], REFUSED.includes(cell.name) ? [undefined, 1] : [chosen, 0]);
                assert.equal(Object.keys(lines).length, 10);
                assert.deepEqual(
                    [facts.engine, facts.cgroupVersion, facts.cgroupDriver, facts.containerRoot],
                    [cell.kind, cell.cgroupVersion, cell.cgroupDriver, cell.rootless?.uid ?? cell.userns ?? 0],
                );
                assert.equal(lines.images.startsWith("containerd's"), cell.imageStore === "containerd");
                assert.equal(/delegation of/.test(lines.missing), REFUSED.includes(cell.name));
            } finally {
                await stopEngine(engine);
            }
        });
    }
});
