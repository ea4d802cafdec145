// Everything that can be said about the sources without running them: npm run lint
import process from "node:process";
import { actionLint } from "./actionlint.mjs";
import { run } from "./child.mjs";
import { gofmt, goVet } from "./go-lint.mjs";
import { checkout, inCheckout, isMain } from "./paths.mjs";
import { printableLines } from "../components/programs/printable.mjs";
import { main, Problem } from "./problem.mjs";
import { shellCheck } from "./shellcheck.mjs";
import { seconds } from "./step.mjs";

/**
 * Each takes its time on one processor, so they run all at once. Where one can't run, it answers with the reason.
 *
 * @type {Record<string, () => Promise<import("./child.mjs").Ended | string>>}
 */
const checks = {
    TypeScript: () => npm("tsc", "--noEmit"),
    "TypeScript (es2020)": () => npm("tsc", "--project", "tsconfig.consumer.json"),
    ESLint: () => npm("eslint", "."),
    // .dependency-cruiser.json has the rules of the house.
    "import rules": () =>
        npm("depcruise", "--config", ".dependency-cruiser.json", "components", "policy", "stacks", "toolchain"),
    // What is generated from the sources is what they say now.
    schema: () => run(process.execPath, [inCheckout("toolchain", "schema.mjs"), "--check"], { cwd: checkout }),
    reference: () => npm("tsx", inCheckout("toolchain", "generated.ts"), "--check"),
    Prettier: () => npm("prettier", "--check", "--log-level", "warn", "."),
    "go vet": goVet,
    gofmt,
    ShellCheck: shellCheck,
    actionlint: actionLint,
};

/**
 * @param {string} command of one of our npm packages
 * @param {string[]} words
 */
function npm(command, ...words) {
    return run(inCheckout("node_modules", ".bin", command), words, { cwd: checkout });
}

async function lint() {
    const answers = await Promise.all(
        Object.entries(checks).map(async ([name, check]) => {
            const started = Date.now();
            const answer = await check();
            if (typeof answer !== "string") {
                console.log(`${answer.ok ? "✓" : "✗"} ${name} (${seconds(started)})`);
            }
            return { name, answer };
        }),
    );
    // At the end, where it is seen.
    const failed = answers.flatMap(({ name, answer }) => {
        if (typeof answer === "string") {
            console.log(printableLines(`SKIPPED: ${name}: ${answer}`));
            return [];
        }
        return answer.ok ? [] : [`${name}:\n${answer.stdout}${answer.stderr}`.trimEnd()];
    });
    if (failed.length > 0) {
        throw new Problem(failed.join("\n\n"));
    }
}

if (isMain(import.meta.url)) {
    await main(lint);
}
