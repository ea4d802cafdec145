import process from "node:process";
import { lastLines, run } from "./child.mjs";
import { Problem } from "./problem.mjs";

/**
 * Installs Debian packages, and nothing that they merely recommend. For root only.
 *
 * @param {string[]} packages
 * @param {string[]} whereOffered packages that some releases don't have
 * @param {import("./step.mjs").Progress} progress
 */
export async function installPackages(packages, whereOffered, progress) {
    // LC_ALL: what `apt-cache policy` says is read below, in English.
    const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive", LC_ALL: "C" };
    const words = packages.join(" ");
    progress("apt-get update");
    await run("apt-get", ["update"], { env, onLine: progress });
    const offered = [];
    for (const name of whereOffered) {
        const answer = await run("apt-cache", ["policy", name], { env });
        if (/Candidate: (?!\(none\))/.test(answer.stdout)) {
            offered.push(name);
        }
    }
    progress(`apt-get install ${words}`);
    const install = ["install", "-y", "--no-install-recommends", ...packages, ...offered];
    // Whole: Debian's packages must not be left half configured.
    const ended = await run("apt-get", install, { env, onLine: progress, whole: true });
    if (!ended.ok) {
        throw new Problem(`apt-get install ${words} failed:`, lastLines(ended), "Mend that, then run this again.");
    }
}
