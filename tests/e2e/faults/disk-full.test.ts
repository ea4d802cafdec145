import type { MomentName } from "../../support/faults/moments";
import { describeOnBench, everything } from "../../support/faults/on-bench";
import { type Fault, struckAndMended } from "../../support/faults/struck";

/** dd(1) ends with an error when nothing more goes in. */
const FILL = "dd if=/dev/zero of=/var/lib/engine/filler bs=1M status=none; test -s /var/lib/engine/filler";

const FULL: Fault = {
    strike: ({ engine }) => engine.run("sh", "-c", FILL),
    recover: ({ engine }) => engine.run("rm", "/var/lib/engine/filler"),
    // The second is what the step's shell, dash, makes of it.
    says: /no space left on device|echo: I\/O error/i,
    // One on the disk would make room by itself: journald gives back what it has reserved.
    box: { journal: "volatile" },
};

const MOMENTS: readonly MomentName[] = ["network", "image", "container", "ready", "step"];

if (everything) {
    describeOnBench(
        "an up whose host's disk is full",
        "20.10-v2",
        (bench) => {
            for (const moment of MOMENTS) {
                it(`says so, is mended by the next once there is room, and nothing is left at the end: at the ${moment}`, () =>
                    struckAndMended(bench(), moment, FULL));
            }
        },
        { diskMiB: 1024 },
    );
}
