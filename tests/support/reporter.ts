import { reporters, Runner, type MochaOptions } from "mocha";
import { describeSkipped, skipped } from "./skip";

/** mocha's own `spec`, and then what didn't run and why, and one line that counts. */
class Summary extends reporters.Spec {
    constructor(runner: Runner, options?: MochaOptions) {
        super(runner, options);
        const { suite = "tests" } = (options?.reporterOptions ?? {}) as { suite?: string };
        runner.once(Runner.constants.EVENT_RUN_END, () => {
            for (const each of skipped) {
                console.log(describeSkipped(each));
            }
            const { passes = 0, failures = 0, pending = 0 } = runner.stats ?? {};
            console.log(`${suite}: ${passes} passed, ${failures} failed, ${pending} skipped`);
        });
    }
}

export = Summary;
