// Looks at the engine, and changes nothing: what it is, what it has of this sandbox, and what its kernel says where that is ours.
// Prints one line of JSON (components/docker/look.ts); an engine that doesn't answer is an answer too.
// Environment: SANDBOX, REPOSITORY (of the image that is built for it), IMAGE (the id of one that has to be there; empty where none has to),
// PATHS (JSON: those of the host that machines are to see)
import { ask, complaint, list } from "./engine.mjs";
import { main } from "./failure.mjs";
import { inspect } from "./inspect.mjs";
import { parseJson } from "./json.mjs";
import { ownKernel } from "./kernel.mjs";
import { labelled, ours } from "./labels.mjs";
import { jsonVariable, variable } from "./variables.mjs";

async function look() {
    // All at once: each call of the CLI takes a while to begin. What fails with an engine that doesn't answer is nobody's news.
    const [version, info, [seen]] = await Promise.all([
        ask(["version", "--format", "{{json .Server}}"]),
        ask(["info", "--format", "{{json .}}"]),
        Promise.allSettled([lookForThings()]),
    ]);
    const broken = [version, info].find(({ status }) => status !== 0);
    if (broken !== undefined) {
        return { unreachable: complaint(broken) };
    }
    if (seen.status === "rejected") {
        throw seen.reason;
    }
    const facts = {
        version: parseJson(version.stdout),
        info: /** @type {import("./kernel.mjs").Info} */ (parseJson(info.stdout)),
    };
    return { ...facts, kernel: ownKernel(facts.info), ...seen.value };
}

/** What is there of this sandbox. */
async function lookForThings() {
    const [containers, networks, images, imageTags, missingPaths] = await Promise.all([
        lookForContainers(),
        lookForNetworks(),
        inspect("image", variable("IMAGE") === "" ? [] : [variable("IMAGE")]),
        list(["image", "ls", "--format", "{{.Tag}}", variable("REPOSITORY")]),
        lookForPaths(),
    ]);
    return { containers, networks, images: images.map(({ Id }) => Id), imageTags, missingPaths };
}

/** Those of the sandbox, and whatever has a name that one of them could have. */
async function lookForContainers() {
    const sandbox = variable("SANDBOX");
    const all = ["ps", "--all", "--quiet", "--no-trunc", "--filter"];
    const found = await Promise.all([
        list([...all, labelled("sandbox", sandbox)]),
        list([...all, `name=^/?${sandbox}-`]),
    ]);
    const containers = await inspect("container", [...new Set(found.flat())]);
    return containers.map(({ Id, Name, State, Config }) => ({
        id: Id,
        name: Name.replace(/^\//, ""),
        status: State.Status,
        // Docker's zero of time is for "never".
        started: !State.StartedAt.startsWith("0001-"),
        lastStop: State.FinishedAt.startsWith("0001-") ? "" : State.FinishedAt,
        labels: ours(Config.Labels),
    }));
}

async function lookForNetworks() {
    const ids = await list(["network", "ls", "--quiet", "--no-trunc", "--filter", `name=^${variable("SANDBOX")}$`]);
    const networks = await inspect("network", ids);
    return networks.map(({ Id, Name, Labels }) => ({ id: Id, name: Name, labels: ours(Labels) }));
}

/** No image has this id. */
const NO_IMAGE = `localhost/none@sha256:${"0".repeat(64)}`;

/** An engine looks for what a container is to see before it looks for its image: so it tells, and makes nothing. */
async function lookForPaths() {
    const paths = /** @type {string[]} */ (jsonVariable("PATHS"));
    const missing = paths.map(async (path) => {
        // CSV, as Docker's CLI reads it.
        const mount = `type=bind,target=/mnt,"source=${path.replaceAll('"', '""')}"`;
        const { stderr } = await ask(["create", "--pull=never", `--mount=${mount}`, NO_IMAGE]);
        return stderr.includes("bind source path does not exist") ? [path] : [];
    });
    return (await Promise.all(missing)).flat();
}

await main(async () => console.log(JSON.stringify(await look())));
