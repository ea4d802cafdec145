import { Bench, type BenchOptions } from "./bench";
import { skip } from "../skip";

/** Whether it is all of the suite, `npm run test:faults`, or its core, a part of `npm test`. */
export const everything = process.env.FAULTS === "all";

/** Declares tests that break the engine of that cell. The bench is there once they run. */
export function describeOnBench(
    title: string,
    cell: string,
    declare: (bench: () => Bench) => void,
    options: BenchOptions = {},
): void {
    describe(`${title}, on ${cell}`, function () {
        this.timeout("20m"); // another run may have the engine
        let bench: Bench | undefined;

        before("the engine", async function () {
            const opened = await Bench.open(cell, options);
            if ("reason" in opened) {
                skip(this, opened.reason);
            }
            bench = opened;
        });

        after("the engine", () => bench?.close());

        declare(() => bench!);
    });
}
