import assert from "node:assert/strict";
import type { Bench } from "./bench";
import { type MomentName, upStruck } from "./moments";

/** What strikes an `up`, and what mends that. */
export interface Fault {
    readonly strike: (bench: Bench, moment: MomentName) => Promise<unknown>;
    /** What comes back in the end, without anybody's knowing of Pulumi. */
    readonly recover?: (bench: Bench) => Promise<unknown>;
    /** What the struck `up` says. */
    readonly says?: RegExp;
    /** What the machine must be for that, beside what every one is here. */
    readonly box?: Record<string, unknown>;
    /** The command that the next `up` has to name; without one, it mends everything by itself. */
    readonly command?: RegExp;
}

/** A first `up` is struck at that moment, and nothing is left when it is destroyed. */
export function struckAndDestroyed(bench: Bench, moment: MomentName, { strike, command }: Fault): Promise<void> {
    return bench.row(async () => {
        const sandbox = await bench.sandbox();
        await upStruck(bench, sandbox, moment, () => strike(bench, moment));
        if (command !== undefined) {
            await sandbox.run(await sandbox.destroyFails(), command);
        }
    });
}

/** A first `up` is struck at that moment, and the next one mends it, and at the end nothing is left. */
export function struckAndMended(
    bench: Bench,
    moment: MomentName,
    { strike, recover, says, box, command }: Fault,
): Promise<void> {
    return bench.row(async () => {
        const sandbox = await bench.sandbox(box);
        const said = await upStruck(bench, sandbox, moment, () => strike(bench, moment));
        assert.match(said, says ?? /./);
        await recover?.(bench);
        if (command !== undefined) {
            await sandbox.run(await sandbox.upFails(), command);
        }
        await sandbox.up();
        await sandbox.isWell();
    });
}
