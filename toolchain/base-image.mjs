import { createHash } from "node:crypto";
import { join, relative } from "node:path";
import process from "node:process";
import { installPackages } from "./apt.mjs";
import { cached, filesBelow, fingerprint, once } from "./cache.mjs";
import { lastLines, run, which } from "./child.mjs";
import { readJson } from "./json.mjs";
import { labelPrefix } from "./names.mjs";
import { inCheckout } from "./paths.mjs";
import { patiently } from "./patience.mjs";
import { Problem } from "./problem.mjs";
import { configured } from "./stack-config.mjs";

/**
 * @typedef {object} BaseImage
 * @property {string} distribution a row of components/distribution/table.json
 * @property {string} baseImage
 */

/** Debian releases and what their tag and distribution are called. */
const releases = { bullseye: "11", bookworm: "12", trixie: "13", sid: "sid" };

/** @typedef {keyof typeof releases} Release */

/** A mirror that is a few days behind is good enough here. */
const mirror = '--aptopt=Acquire::Check-Valid-Until "false"';

/** What Docker Hub's images have beside Debian's packages. */
const stockFiles = inCheckout("toolchain", "base-image", "rootfs");

/** As in Debian's slim images: without manuals and translations. */
const slim = [
    "--variant=minbase",
    mirror,
    "--dpkgopt=path-exclude=/usr/share/man/*",
    "--dpkgopt=path-exclude=/usr/share/locale/*",
    "--dpkgopt=path-exclude=/usr/share/doc/*",
    "--dpkgopt=path-include=/usr/share/doc/*/copyright",
];

const systemd = ["systemd", "systemd-sysv", "libpam-systemd", "dbus", "iproute2", "procps", "curl", "python3"];

/** The package managers of other distributions, and what makes packages and repositories for them. */
const otherManagers = [
    ...["dnf", "zypper", "rpm", "createrepo-c"],
    ...["pacman-package-manager", "makepkg", "libarchive-tools"],
];

/**
 * How a kind of base image is made, and what it is called.
 *
 * `systemd` is there already, with user sessions, what a person on such a machine reaches for, what reaches a web service, and
 * what Ansible needs: nothing has to be downloaded for the machines' own image.
 *
 * `stock` is like Docker Hub's: nothing but what Debian can't do without, and no package starts its service.
 *
 * `managers` is what images that stand for other distributions are made from.
 */
const kinds = {
    systemd: { name: "debian", contents: { packages: systemd, options: slim }, files: undefined },
    stock: {
        name: "debian-stock",
        contents: { packages: [], options: ["--variant=minbase", mirror], files: fingerprint(stockFiles) },
        files: stockFiles,
    },
    managers: {
        name: "debian-managers",
        contents: { packages: [...systemd, ...otherManagers], options: slim },
        files: undefined,
    },
};

/** @typedef {keyof typeof kinds} Kind */

const label = `${labelPrefix}contents`;

/** What is made of another recipe has another one. @param {Kind} kind */
function contentsHash(kind) {
    return createHash("sha256").update(JSON.stringify(kinds[kind].contents)).digest("hex").slice(0, 12);
}

/** @param {Release} release @param {Kind} [kind] @returns {BaseImage} */
export function debian(release, kind = "systemd") {
    return {
        distribution: `debian-${releases[release]}`,
        baseImage: `localhost/pulumi-centos-systemd/${kinds[kind].name}:${releases[release]}`,
    };
}

/** What stands in where no registry answers: its systemd 252 is CentOS Stream 9's. */
export const fallback = debian("bookworm");

/** The base image that the project uses when nobody says otherwise. */
export function defaultImage() {
    const table = /** @type {{ usual: string, distributions: Record<string, { baseImage: string }> }} */ (
        readJson("components", "distribution", "table.json")
    );
    return table.distributions[table.usual].baseImage;
}

/**
 * Bootstraps a Debian base image, and puts it into an engine. No registry is needed, only Debian's packages. The tar is
 * made once, and imported once into every engine.
 *
 * @param {Release} release
 * @param {Kind} kind
 * @param {string} [host] the engine, as in DOCKER_HOST; the usual one without it
 * @param {import("./step.mjs").Progress} [progress]
 * @returns {Promise<BaseImage>}
 */
export async function ensureBaseImage(release, kind, host, progress = () => {}) {
    const image = debian(release, kind);
    const env = host === undefined ? process.env : { ...process.env, DOCKER_HOST: host };
    if (await isImported(image.baseImage, kind, env)) {
        return image;
    }
    const hash = contentsHash(kind);
    const directory = cached("images", `${kinds[kind].name}-${release}-${hash}`);
    await once(directory, (unfinished) => bootstrap(release, kind, join(unfinished, "image.tar"), progress), progress);
    progress(`importing ${image.baseImage}`);
    const words = ["import", "--change", `LABEL ${label}=${hash}`, join(directory, "image.tar")];
    const ended = await run("docker", [...words, image.baseImage], { env });
    if (!ended.ok) {
        throw new Problem(`docker import of ${image.baseImage} failed:`, lastLines(ended));
    }
    return image;
}

/**
 * @param {string} reference
 * @param {Kind} kind
 * @param {NodeJS.ProcessEnv} [env]
 */
async function isImported(reference, kind, env) {
    const ended = await run("docker", ["image", "inspect", "-f", `{{index .Config.Labels "${label}"}}`, reference], {
        env,
    });
    return ended.stdout.trim() === contentsHash(kind);
}

/**
 * @param {Release} release
 * @param {Kind} kind
 * @param {string} tar
 * @param {import("./step.mjs").Progress} progress
 */
async function bootstrap(release, kind, tar, progress) {
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
    const { contents, files } = kinds[kind];
    const include = contents.packages.length === 0 ? [] : [`--include=${contents.packages.join(",")}`];
    const words = [...contents.options, ...include, release, tar];
    const ended = await run("mmdebstrap", words, { onLine: (line) => progress(`mmdebstrap ${release}: ${line}`) });
    if (!ended.ok) {
        throw new Problem(`mmdebstrap ${release} failed:`, lastLines(ended), "Mend that, then run this again.");
    }
    if (files !== undefined) {
        await addFiles(tar, files);
    }
}

/**
 * Once mmdebstrap has ended, which takes any policy-rc.d away. Files alone: no directory gets the mode that it has in a checkout.
 *
 * @param {string} tar
 * @param {string} directory
 */
async function addFiles(tar, directory) {
    const files = filesBelow(directory).map((file) => relative(directory, file));
    const ownership = ["--owner=0", "--group=0", "--mode=u=rwX,go=rX"];
    const ended = await run("tar", ["--append", `--file=${tar}`, ...ownership, `--directory=${directory}`, ...files]);
    if (!ended.ok) {
        throw new Problem(`The files of Docker Hub's images can't be added to ${tar}:`, lastLines(ended));
    }
}

/** @param {string} reference */
async function hasImage(reference) {
    return (await run("docker", ["image", "inspect", "-f", "{{.Id}}", reference])).ok;
}

/** Whether the stand-in is what the machines are made from, as nothing better is here. */
export async function needsFallback() {
    return !(await hasImage(defaultImage())) && (await isImported(fallback.baseImage, "systemd"));
}

/** @type {import("./step.mjs").Step} */
export const baseImage = {
    name: "Base image",
    why: "the machines' file system",

    async found() {
        const yours = (await configured("baseImage")) ?? (await configured("distribution"));
        if (yours !== undefined && yours !== fallback.baseImage) {
            return `${yours}, which you configured`;
        }
        const [hasDefault, hasFallback] = await Promise.all([
            hasImage(defaultImage()),
            isImported(fallback.baseImage, "systemd"),
        ]);
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
        await ensureBaseImage("bookworm", "systemd", undefined, progress);
        return [
            `Debian 12 as ${fallback.baseImage}`,
            `  !! This is NOT ${reference}, which can't be pulled here (${reason}).`,
            `  !! The machines will be Debian's, with the same systemd. To get the real one where a registry answers:`,
            `  !! docker pull ${reference}, remove distribution and baseImage from stacks/Pulumi.dev.yaml, npm start.`,
            "  Bootstrapped with mmdebstrap",
        ].join("\n");
    },
};
