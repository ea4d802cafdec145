// Makes the host able to run the sandbox's machines: looks first, does only what is missing, verifies.
// Prints one line of JSON: which cgroups it has limited, so that a limit that is taken out of the program can be taken back.
// Environment: SANDBOX, IMAGE (the machines' own), INSTANCE, STALE (JSON: container → the generation of it that has to go),
// HIERARCHY (where a name=systemd hierarchy has to be on the host; empty where none is needed), RESERVATIONS (directory of
// the host that says who uses it, where it is ours; else empty), CGROUP (the sandbox's), MANAGER (which systemd manages cgroups:
// `--system`, or `--user`), RUNTIME (where that has its socket), LIMITS (JSON: `files` for the kernel,
// cgroup → "<hierarchy, or -> <file> <value>"; `slices` for that systemd, slice → "<property>=<value>"), GIFT (JSON: cgroups as
// `directories` of the host, and the user `owner` who has to own them)
import process from "node:process";
import { ask, docker, list } from "./engine.mjs";
import { main } from "./failure.mjs";
import { mountHierarchy, reserve } from "./hierarchy.mjs";
import { inspect } from "./inspect.mjs";
import { parseJson } from "./json.mjs";
import { ownKernel } from "./kernel.mjs";
import { LINUX } from "./linux.mjs";
import { labelled, ours } from "./labels.mjs";
import { ONE_SHOT, oneShot, probe } from "./one-shot.mjs";
import { jsonVariable, variable } from "./variables.mjs";

const [image, cgroup] = [variable("IMAGE"), variable("CGROUP")];
const runtime = variable("RUNTIME");
const [hierarchy, reservations] = [variable("HIERARCHY"), variable("RESERVATIONS")];

async function prepare() {
    await sweep();
    if (reservations !== "") {
        // Before the look: what is mounted then, stays.
        await reserve(image, reservations, cgroup);
    }
    const kernel = await look();
    if (hierarchy !== "" && !kernel.hierarchy) {
        await mountHierarchy(image, hierarchy);
    }
    await raiseInotifyLimit(kernel.inotifyInstances);
    const limited = await limit();
    const given = await give();
    if (reservations !== "" || given) {
        await startAgain();
    }
    console.log(JSON.stringify({ limited }));
}

/** @returns the containers of this very sandbox */
async function containers() {
    const filter = labelled("instance", variable("INSTANCE"));
    return inspect("container", await list(["ps", "--all", "--quiet", "--no-trunc", "--filter", filter]));
}

/** Removes what no state knows: containers of ours that a killed `pulumi up` has left, and whose names are needed. */
async function sweep() {
    const neverStarted = ["--filter", "status=created", "--filter", `label=${ONE_SHOT}=${variable("SANDBOX")}`];
    const oneShots = await list(["ps", "--all", "--quiet", "--no-trunc", ...neverStarted]);
    if (oneShots.length > 0) {
        await ask(["rm", "--force", "--volumes", ...oneShots]);
    }
    const stale = /** @type {Record<string, string>} */ (jsonVariable("STALE"));
    if (Object.keys(stale).length === 0) {
        return;
    }
    for (const { Id, Name, Config } of await containers()) {
        const [generation] = ours(Config.Labels).generation.split("~");
        if (stale[Name.replace(/^\//, "")] === generation) {
            await ask(["rm", "--force", "--volumes", Id]);
        }
    }
}

/** What the kernel says: without a container, where that is enough. */
async function look() {
    const own = hierarchy === "" ? ownKernel(await info()) : undefined;
    return own === undefined ? probe(image, hierarchy) : { ...own, hierarchy: false };
}

/** What the engine says of itself. */
async function info() {
    return /** @type {import("./kernel.mjs").Info} */ (parseJson(await docker(["info", "--format", "{{json .}}"])));
}

/** Twenty machines and more; the kernel's default of 128 is enough for about ten. */
const INOTIFY_INSTANCES = LINUX.inotifyInstances;

/** @param {number} now */
async function raiseInotifyLimit(now) {
    if (now >= INOTIFY_INSTANCES) {
        return;
    }
    const enough = `fs.inotify.max_user_instances is ${now}, enough for about ${Math.floor(now / 12)} machines`;
    const options = ["--volume=/proc/sys/fs/inotify:/inotify"];
    await oneShot(image, "raise-inotify", { options, environment: { INSTANCES: String(INOTIFY_INSTANCES) } }).then(
        () => console.error(`${enough}: raised to ${INOTIFY_INSTANCES} until the next reboot.`),
        () =>
            console.error(
                `${enough}, and may not be raised from here. For more: sysctl -w fs.inotify.max_user_instances=${INOTIFY_INSTANCES}`,
            ),
    );
}

/**
 * Writes the limits around all machines in one go, and takes those back that an earlier run has written.
 *
 * @returns {Promise<Limits>}
 */
async function limit() {
    const limits = /** @type {Limits} */ (jsonVariable("LIMITS"));
    const before = remembered();
    const files = [...linesOf(limits.files), ...linesOf(without(limits.files, before.files)).map(lifted)];
    const slices = [
        ...Object.entries(limits.slices).map(([slice, properties]) => [slice, ...properties].join(" ")),
        ...Object.keys(without(limits.slices, before.slices)),
    ];
    if (files.length + slices.length > 0) {
        await oneShot(image, "limits", {
            options: [
                // DAC_OVERRIDE, because the roots of the hierarchies are read-only even for their owner.
                ...["--cap-add=DAC_OVERRIDE", "--cgroupns=host", "--volume=/sys/fs/cgroup:/sys/fs/cgroup:rw"],
                ...(slices.length === 0 ? [] : ["--pid=host", `--volume=${runtime}/systemd:${runtime}/systemd:ro`]),
            ],
            environment: {
                XDG_RUNTIME_DIR: runtime,
                MANAGER: variable("MANAGER"),
                LIMITS: files.join("\n"),
                SLICES: slices.join("\n"),
            },
        });
    }
    return limits;
}

/**
 * @typedef {Record<string, string[]>} Limited cgroup, or slice → its limits
 * @typedef {{ files: Limited, slices: Limited }} Limits
 */

/** @returns {Limits} what an earlier run has limited */
function remembered() {
    const text = process.env["PULUMI_COMMAND_STDOUT"] ?? "";
    const { limited } = text.startsWith("{") ? /** @type {{ limited: Partial<Limits> }} */ (parseJson(text)) : {};
    return { files: {}, slices: {}, ...limited };
}

/** @param {Limited} now @param {Limited} before */
const without = (now, before) => Object.fromEntries(Object.entries(before).filter(([cgroup]) => !(cgroup in now)));

/** "<cgroup> <hierarchy> <file> <value>" without a limit. @param {string} line */
const lifted = (line) => [...line.split(" ").slice(0, 3), "max"].join(" ");

/** @param {Limited} limited */
const linesOf = (limited) =>
    Object.entries(limited).flatMap(([cgroup, lines]) => lines.map((line) => `${cgroup} ${line}`));

/** Gives machines their cgroups, where their root isn't the host's. @returns {Promise<boolean>} whether there was anything to give */
async function give() {
    const { directories, owner } = /** @type {{ directories: string[], owner: number }} */ (jsonVariable("GIFT"));
    if (directories.length === 0) {
        return false;
    }
    await oneShot(image, "give", {
        options: [
            ...["--cap-add=CHOWN", "--cap-add=DAC_OVERRIDE", "--cgroupns=host"],
            "--volume=/sys/fs/cgroup:/sys/fs/cgroup:rw",
        ],
        environment: { CGROUPS: directories.join("\n"), OWNER: String(owner) },
    });
    return true;
}

/**
 * At a reboot the engine starts machines before they have a hierarchy or a cgroup of ours, in vain: they end with 255. On some
 * it has given up.
 */
async function startAgain() {
    for (const { Id, State, HostConfig } of await containers()) {
        const policy = HostConfig.RestartPolicy.Name;
        if (State.Status !== "running" && State.ExitCode === 255 && ["always", "unless-stopped"].includes(policy)) {
            await ask(["restart", "-t", "0", Id]);
        }
    }
}

await main(prepare);
