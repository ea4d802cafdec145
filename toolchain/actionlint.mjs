import { readdirSync } from "node:fs";
import { join } from "node:path";
import { cached, once } from "./cache.mjs";
import { isExecutable, lastLines, run } from "./child.mjs";
import { environment, findGo } from "./go.mjs";
import { checkout, inCheckout } from "./paths.mjs";
import { Problem } from "./problem.mjs";
import { ensureShellCheck } from "./shellcheck.mjs";

const version = "v1.7.12";
/** What its go.mod asks for. */
const neededGo = "1.25.0";

/**
 * Checks GitHub's workflows: what they say, and the shell in them.
 *
 * @returns {Promise<import("./child.mjs").Ended | string>} the reason where actionlint can't be had
 */
export async function actionLint() {
    try {
        const executable = await ensureActionLint();
        const shellcheck = await ensureShellCheck();
        const workflows = inCheckout(".github", "workflows");
        const files = readdirSync(workflows).map((file) => join(workflows, file));
        return await run(executable, ["-no-color", "-shellcheck", shellcheck, "-pyflakes", "", ...files], {
            cwd: checkout,
        });
    } catch (error) {
        if (error instanceof Problem) {
            return error.message;
        }
        throw error;
    }
}

/**
 * Builds it into the cache, once: 20 s of a processor.
 *
 * @throws {Problem} where it can't be built
 */
async function ensureActionLint() {
    const directory = cached("actionlint", version);
    const executable = join(directory, "actionlint");
    if (!isExecutable(executable)) {
        const go = await findGo(neededGo, "it builds actionlint, which checks the workflows of GitHub.");
        await once(directory, async (unfinished) => {
            const ended = await run(go, ["install", `github.com/rhysd/actionlint/cmd/actionlint@${version}`], {
                env: { ...environment(), GOBIN: unfinished },
            });
            if (!ended.ok) {
                throw new Problem(`actionlint ${version} can't be built: ${lastLines(ended, 1)}`);
            }
        });
    }
    return executable;
}
