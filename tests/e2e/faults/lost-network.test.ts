import type { MomentName } from "../../support/faults/moments";
import { describeOnBench, everything } from "../../support/faults/on-bench";
import { type Fault, struckAndMended } from "../../support/faults/struck";
import { needsSshd, type Sshd, startSshd } from "../../support/sshd";

const MOMENTS: readonly MomentName[] = ["look", "claim", "network", "image", "container", "ready's middle", "step"];

if (everything) {
    describe("an up whose host is lost", () => {
        let sshd: Sshd;

        before("ssh", async function () {
            await needsSshd(this);
        });

        after("ssh", () => sshd?.stop());

        const LOST: Fault = { strike: () => sshd.cut(), recover: () => sshd.restore() };

        describeOnBench(
            "over ssh",
            "20.10-v2",
            (bench) => {
                for (const moment of MOMENTS) {
                    it(`is mended by the next, and nothing is left at the end: at the ${moment}`, () =>
                        struckAndMended(bench(), moment, LOST));
                }
            },
            {
                far: async (engine) => {
                    sshd = await startSshd({ DOCKER_HOST: engine });
                    return { host: sshd.address, environment: { PATH: `${sshd.path}:${process.env.PATH}` } };
                },
            },
        );
    });
}
