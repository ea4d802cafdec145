import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { installPackages } from "./apt.mjs";
import { cached, once } from "./cache.mjs";
import { lastLines, run, which } from "./child.mjs";
import { patiently } from "./patience.mjs";
import { inCheckout } from "./paths.mjs";
import { Problem } from "./problem.mjs";
import { configured } from "./stack-config.mjs";

/**
 * @typedef {object} BaseImage
 * @property {string} distribution a row of components/distributions.ts
 * @property {string} baseImage
 */

/** Debian releases and what their tag and distribution are called. */
const releases = { bullseye: "11", bookworm: "12", trixie: "13", sid: "sid" };

/** @typedef {keyof typeof releases} Release */

/**
 * systemd with user sessions, what a person on such a machine reaches for, what reaches a web service, and what Ansible needs.
 * As in Debian's slim images, without manuals and translations.
 */
const contents = {
    packages: ["systemd", "systemd-sysv", "libpam-systemd", "dbus", "iproute2", "procps", "curl", "python3"],
    options: [
        "--variant=minbase",
        // A mirror that is a few days behind is good enough here.
        '--aptopt=Acquire::Check-Valid-Until "false"',
        "--dpkgopt=path-exclude=/usr/share/man/*",
        "--dpkgopt=path-exclude=/usr/share/locale/*",
        "--dpkgopt=path-exclude=/usr/share/doc/*",
        "--dpkgopt=path-include=/usr/share/doc/*/copyright",
    ],
};
const contentsHash = createHash("sha256").update(JSON.stringify(contents)).digest("hex").slice(0, 12);
const label = "pulumi-centos-systemd.contents";

/** @param {Release} release @returns {BaseImage} */
export function debian(release) {
    return {
        distribution: `debian-${releases[release]}`,
        baseImage: `localhost/pulumi-centos-systemd/debian:${releases[release]}`,
    };
}

/** What stands in where no registry answers: its systemd 252 is CentOS Stream 9's. */
export const fallback = debian("bookworm");

/** The base image that the project uses when nobody says otherwise. */
export function defaultImage() {
    const source = readFileSync(inCheckout("components", "distributions.ts"), "utf8");
    const [, distribution = ""] = /DEFAULT_DISTRIBUTION = "([^"]+)"/.exec(source) ?? [];
    const [, image = ""] = new RegExp(`"${distribution}": \\{ baseImage: "([^"]+)"`).exec(source) ?? [];
    return image;
}

/**
 * Bootstraps a Debian base image with systemd, and puts it into an engine. No registry is needed, only Debian's
 * packages. The tar is made once, and imported once into every engine.
 *
 * @param {Release} release
 * @param {string} [host] the engine, as in DOCKER_HOST; the usual one without it
 * @param {import("./step.mjs").Progress} [progress]
 * @returns {Promise<BaseImage>}
 */
export async function ensureBaseImage(release, host, progress = () => {}) {
    const image = debian(release);
    const env = host === undefined ? process.env : { ...process.env, DOCKER_HOST: host };
    if (await isImported(image.baseImage, env)) {
        return image;
    }
    const directory = cached("images", `debian-${release}-${contentsHash}`);
    await once(directory, (unfinished) => bootstrap(release, join(unfinished, "image.tar"), progress), progress);
    progress(`importing ${image.baseImage}`);
    const words = ["import", "--change", `LABEL ${label}=${contentsHash}`, join(directory, "image.tar")];
    const ended = await run("docker", [...words, image.baseImage], { env });
    if (!ended.ok) {
        throw new Problem(`docker import of ${image.baseImage} failed:`, lastLines(ended));
    }
    return image;
}

/**
 * @param {string} reference
 * @param {NodeJS.ProcessEnv} [env]
 */
async function isImported(reference, env) {
    const ended = await run("docker", ["image", "inspect", "-f", `{{index .Config.Labels "${label}"}}`, reference], {
        env,
    });
    return ended.stdout.trim() === contentsHash;
}

/**
 * @param {Release} release
 * @param {string} tar
 * @param {import("./step.mjs").Progress} progress
 */
async function bootstrap(release, tar, progress) {
    if (which("mmdebstrap") === undefined) {
        if (process.getuid?.() !== 0 || which("apt-get") === undefined) {
            throw new Problem(
                `A Debian base image can't be made here: mmdebstrap is missing.`,
                "On Debian or Ubuntu: sudo apt-get install mmdebstrap, then run this again.",
                `Or bring an image yourself: docker pull ${defaultImage()}`,
            );
        }
        await installPackages(["mmdebstrap"], [], progress);
    }
    progress(`mmdebstrap ${release}`);
    const words = [...contents.options, `--include=${contents.packages.join(",")}`, release, tar];
    const ended = await run("mmdebstrap", words, { onLine: (line) => progress(`mmdebstrap ${release}: ${line}`) });
    if (!ended.ok) {
        throw new Problem(`mmdebstrap ${release} failed:`, lastLines(ended), "Mend that, then run this again.");
    }
}

/** @param {string} reference */
async function hasImage(reference) {
    return (await run("docker", ["image", "inspect", "-f", "{{.Id}}", reference])).ok;
}

/** Whether the stand-in is what the machines are made from, as nothing better is here. */
export async function needsFallback() {
    return !(await hasImage(defaultImage())) && (await isImported(fallback.baseImage));
}

/** @type {import("./step.mjs").Step} */
export const baseImage = {
    name: "Base image",
    why: "the machines' file system",

    async found() {
        const yours = configured("baseImage") ?? configured("distribution");
        if (yours !== undefined && yours !== fallback.baseImage) {
            return `${yours}, which you configured`;
        }
        const [hasDefault, hasFallback] = await Promise.all([hasImage(defaultImage()), isImported(fallback.baseImage)]);
        return hasDefault
            ? defaultImage()
            : hasFallback
              ? `${fallback.baseImage} instead of ${defaultImage()}`
              : undefined;
    },

    async make(progress) {
        const reference = defaultImage();
        progress(`docker pull ${reference}`);
        let lines = 0;
        const onLine = () => void lines++;
        const pulled = await patiently(
            (signal) => run("docker", ["pull", reference], { onLine, signal }),
            () => lines,
        );
        if (pulled?.ok) {
            return `${reference} pulled`;
        }
        const reason = pulled === undefined ? "the registry doesn't answer" : lastLines(pulled, 1);
        await ensureBaseImage("bookworm", undefined, progress);
        return [
            `Debian 12 as ${fallback.baseImage}`,
            `  !! This is NOT ${reference}, which can't be pulled here (${reason}).`,
            `  !! The machines will be Debian's, with the same systemd. To get the real one where a registry answers:`,
            `  !! docker pull ${reference}, remove distribution and baseImage from stacks/Pulumi.dev.yaml, npm start.`,
            "  Bootstrapped with mmdebstrap",
        ].join("\n");
    },
};
