// Says why an image could not be built: does what its Dockerfile does once more, in a container of the base image, and prints the
// last lines. Builders tell them in passing only.
// Environment: BASE_IMAGE, PLATFORM, PACKAGE_MANAGER, SYSTEMD_VERSION, PACKAGES (with blanks between them)
import { fileURLToPath } from "node:url";
import { ask, complaint } from "./engine.mjs";
import { main } from "./failure.mjs";
import { printableLines } from "./printable.mjs";
import { variable } from "./variables.mjs";

/** A package manager that waits for a network has ended by then. */
const SECONDS = 300;
const LAST_LINES = 20;

/** What the Dockerfile runs that can fail, in its order. */
const STEPS =
    'install-systemd "$PACKAGE_MANAGER" "$SYSTEMD_VERSION" && install-packages "$PACKAGE_MANAGER" $PACKAGES && ' +
    'check-systemd "$SYSTEMD_VERSION"';

async function explain() {
    const base = variable("BASE_IMAGE");
    const environment = ["PACKAGE_MANAGER", "SYSTEMD_VERSION", "PACKAGES"].map((name) => `--env=${name}`);
    const create = ["create", `--platform=${variable("PLATFORM")}`, ...environment, base, "/bin/sh", "-c", STEPS];
    const created = await ask(create, { seconds: SECONDS });
    if (created.status !== 0) {
        return `The base image ${base} can't be had: ${complaint(created)}`;
    }
    const container = created.stdout.trim().split("\n").at(-1) ?? "";
    try {
        for (const script of ["install-systemd", "install-packages", "check-systemd"]) {
            const file = fileURLToPath(new URL(`../image/${script}`, import.meta.url));
            await ask(["cp", file, `${container}:/usr/local/sbin/${script}`]);
        }
        return await run(container);
    } finally {
        await ask(["rm", "--force", "--volumes", container]);
    }
}

/** @param {string} container */
async function run(container) {
    let said = "";
    const onOutput = (/** @type {string} */ text) => void (said += text);
    const { status, late } = await ask(["start", "--attach", container], { seconds: SECONDS, onOutput });
    const lines = printableLines(said.trimEnd()).split("\n").slice(-LAST_LINES);
    if (late) {
        return [`The packages aren't installed after ${SECONDS} s; the last lines:`, ...lines].join("\n");
    }
    return status === 0
        ? "The same steps went well in a container just now. `pulumi up` tries again."
        : [`The build's steps, done once more in a container, end with status ${status}:`, ...lines].join("\n");
}

await main(async () => console.log(printableLines(await explain())));
