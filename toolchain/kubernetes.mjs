// A Kubernetes cluster's programs, and Pulumi's plugin for one. Only tests need them: `npm run bootstrap` knows nothing of this.
import { appendFileSync, copyFileSync, cpSync, linkSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { filesBelow } from "./cache.mjs";
import { build, moduleFolder, readGoMod } from "./go.mjs";
import { readJson } from "./json.mjs";
import { part, sourceOf } from "./parts.mjs";

/** Beside `kube`: those of the same module, in which all that they share is compiled once. */
const companions = ["netpol", "nolimits", "pause"];

/** What `nolimits` is called as: the name says which runtime it runs. */
const runtimes = ["runc", "crun"];

/** Kubernetes' servers and CoreDNS, and what the nodes of a cluster of the tests' own need beside Debian's packages. */
function servers() {
    const name = "kube";
    const directory = sourceOf(name);
    const { version } = readGoMod(directory);
    return part(name, version, async (go, target, progress) => {
        for (const program of [name, ...companions]) {
            const source = {
                directory,
                package: program === name ? "." : `./${program}`,
                output: join(target, program),
                // What nodes and `kubectl version` say.
                variable: "k8s.io/component-base/version.gitVersion",
                version,
            };
            await build(go, source, (activity) => progress(`${program} of Kubernetes ${version}, ${activity}`));
        }
        for (const runtime of runtimes) {
            linkSync(join(target, "nolimits"), join(target, `${runtime}-nolimits`));
        }
    });
}

export const kube = servers();

const upstream = "github.com/pulumi/pulumi-kubernetes";
const replacement = `\nreplace ${upstream}/sdk/v4 => ./sdk\n`;

/** Pulumi's own provider. Its module lacks what only a release's build makes, so a copy of our few lines is completed. */
function provider() {
    const name = "pulumi-resource-kubernetes";
    const { version } = /** @type {{ version: string }} */ (readJson("components", "kubernetes", "provider.json"));
    return part(name, version, async (go, target, progress) => {
        const directory = join(target, "source");
        cpSync(sourceOf(name), directory, { recursive: true });
        await addSchemas(go, directory);
        await addSdk(go, directory);
        const source = { directory, package: ".", output: join(target, name), variable: "main.version", version };
        await build(go, source, (activity) => progress(`${name} ${version}, ${activity}`));
        rmSync(directory, { recursive: true });
    });
}

/**
 * What main.go embeds.
 *
 * @param {string} go
 * @param {string} directory
 */
async function addSchemas(go, directory) {
    const module = await moduleFolder(go, directory, `${upstream}/provider/v4`);
    for (const file of ["schema.json", "terraform-mapping.json"]) {
        copyFileSync(join(module, "cmd", "pulumi-resource-kubernetes", file), join(directory, file));
    }
}

/**
 * The few packages of the Go SDK that the provider uses, beside our own yaml/v2.
 *
 * @param {string} go
 * @param {string} directory
 */
async function addSdk(go, directory) {
    const module = await moduleFolder(go, directory, `${upstream}/sdk/v4`);
    const packages = join(module, "go", "kubernetes");
    const files = readdirSync(packages).filter((file) => file.endsWith(".go"));
    const parts = [...files, "utilities", join("helm", "v4")].map((part) => join(packages, part));
    // One by one: directories of the module cache are nobody's to write in, and their copies would be.
    for (const file of [join(module, "go.mod"), ...parts.flatMap(filesBelow)]) {
        const copy = join(directory, "sdk", relative(module, file));
        mkdirSync(dirname(copy), { recursive: true });
        copyFileSync(file, copy);
    }
    appendFileSync(join(directory, "go.mod"), replacement);
}

export const kubernetesPlugin = provider();
