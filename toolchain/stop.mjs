// Removes what `npm start` brought up, and keeps its configuration: npm stop
import { existsSync } from "node:fs";
import { chooseBackend } from "./backend.mjs";
import { run } from "./child.mjs";
import { environment, requireToolchain } from "./environment.mjs";
import { execute } from "./exec.mjs";
import { parseJson } from "./json.mjs";
import { checkout, inCheckout, isMain } from "./paths.mjs";
import { printable } from "../components/programs/printable.mjs";
import { main, Problem } from "./problem.mjs";
import { stack } from "./stack-config.mjs";

/** @typedef {{ type: string, urn: string, custom?: boolean }} Resource */

async function stop() {
    const resources = hasState() ? await exportResources() : [];
    if (resources.length === 0) {
        console.log(`Nothing to stop: the stack ${stack} has no resources. npm start brings it up.`);
        return;
    }
    const code = await execute("pulumi", ["destroy", "--yes", "--stack", stack], checkout);
    if (code !== 0) {
        throw new Problem(
            `pulumi destroy ended with ${code}; what went wrong is said above.`,
            "npm stop goes on from here.",
        );
    }
    console.log(`\n${removed(resources)}\nIts configuration is kept; npm start brings it up again.`);
}

/** A fresh checkout has nothing to stop, and needs no Pulumi to say so. */
function hasState() {
    const inFiles = chooseBackend().variables["PULUMI_BACKEND_URL"] !== undefined;
    return !inFiles || existsSync(inCheckout(".pulumi", "stacks"));
}

/** @returns {Promise<Resource[]>} none where there is no such stack */
async function exportResources() {
    await requireToolchain();
    const ended = await run("pulumi", ["stack", "export", "--stack", stack], {
        env: await environment(),
        cwd: checkout,
    });
    if (!ended.ok) {
        if (/no stack named/.test(ended.stderr)) {
            return [];
        }
        throw new Problem(`The stack ${stack} can't be read:`, ended.stderr.trim());
    }
    return (
        /** @type {{ deployment?: { resources?: Resource[] } }} */ (parseJson(ended.stdout)).deployment?.resources ?? []
    );
}

/** What a person has seen of the resources; commands and providers are means. */
const nouns = {
    "docker:index/container:Container": "container",
    "docker:index/network:Network": "network",
    "docker:index/volume:Volume": "volume",
};

/** @param {Resource[]} resources */
export function removed(resources) {
    const lines = Object.entries(nouns).flatMap(([type, noun]) => {
        const names = resources
            .filter((resource) => resource.type === type)
            .map(({ urn }) => printable(urn.split("::").at(-1)));
        return names.length === 0
            ? []
            : [`${names.length} ${noun}${names.length > 1 ? "s" : ""} (${names.join(", ")})`];
    });
    return `Removed: ${lines.join(", ") || `${resources.length} resources`}.`;
}

if (isMain(import.meta.url)) {
    await main(stop);
}
