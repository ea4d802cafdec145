import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Engine } from "./engines";

/** Everything a sandbox could leave behind on a host, sorted: compare two with `assert.deepEqual`. */
export interface Snapshot {
    containers: string[];
    networks: string[];
    volumes: string[];
    images: string[];
    /** Directories below every mounted hierarchy, as `<mount point>:<path>`. */
    cgroups: string[];
    /** The host's mounts but those of running containers, as `<type> <mount point> <options> <super options>`. */
    mounts: string[];
    /** The switch of the whole machine that `--cgroupns=host` turns off so easily. */
    nsdelegate: boolean;
}

/** What the engine and its host hold now. */
export async function snapshot(engine: Engine): Promise<Snapshot> {
    type Named = { Id: string; Name: string; Names: string[] };
    const [containers, networks, volumes, images] = await Promise.all([
        engine.get<Named[]>("/containers/json?all=1"),
        engine.get<Named[]>("/networks"),
        engine.get<{ Volumes: Named[] | null }>("/volumes"),
        engine.get<(Named & { RepoTags: string[] | null })[]>("/images/json"),
    ]);
    const mounts = hostMounts(engine);
    return {
        containers: containers.map((each) => each.Names.join()).sort(),
        networks: networks.map((each) => each.Name).sort(),
        volumes: (volumes.Volumes ?? []).map((each) => each.Name).sort(),
        images: images.map((each) => `${each.Id} ${(each.RepoTags ?? []).join()}`).sort(),
        cgroups: cgroups(engine, mounts),
        mounts: mounts
            .filter((mount) => !/^(overlay|nsfs)$/.test(mount.type) && !/\/(containers|userdata)\//.test(mount.target))
            // Podman makes it with its first network, and keeps it.
            .filter((mount) => mount.target !== "/run/netns")
            .map((mount) => `${mount.type} ${mount.target} ${mount.options} ${mount.superOptions}`)
            .sort(),
        nsdelegate: mounts.some((mount) => mount.type === "cgroup2" && /\bnsdelegate\b/.test(mount.superOptions)),
    };
}

/** Parents that engines make for themselves with their first container and keep. What is in them counts. */
const enginesOwn = /^\/(docker|engine-[^/]+|libpod_parent)(\/buildkit|\/conmon)?$/;
/** And those that the session has in which an engine without root runs. */
const sessionsOwn =
    /^\/user\.slice\/user-\d+\.slice(\/session-1\.scope|\/user@\d+\.service(\/app\.slice(\/docker\.service)?)?)?$/;

function cgroups(engine: Engine, mounts: Mount[]): string[] {
    // The trees that the machine's services and these tests live in change while a test runs, whatever it does.
    const others = new Set(["system.slice", "user.slice", "init.scope"]);
    for (const [, top] of readFileSync("/proc/self/cgroup", "utf8").matchAll(/:\/([^/\n]+)/g)) {
        others.add(top);
    }
    const session = `/user.slice/user-${engine.cell?.rootless?.uid}.slice/`;
    return mounts
        .filter((mount) => mount.type.startsWith("cgroup"))
        .flatMap(({ target }) =>
            directories(engine.root + target)
                .filter((path) => !enginesOwn.test(path) && !sessionsOwn.test(path))
                .filter((path) => !others.has(path.split("/")[1]) || path.startsWith(session))
                .map((path) => `${target}:${path}`),
        )
        .sort();
}

interface Mount {
    target: string;
    type: string;
    options: string;
    superOptions: string;
}

/** The mounts of the engine's host, read from outside. */
function hostMounts(engine: Engine): Mount[] {
    const lines = readFileSync(`/proc/${engine.hostPid}/mountinfo`, "utf8").trim().split("\n");
    return lines.map((line) => {
        const [before, after] = line.split(" - ");
        const [, , , , target, options] = before.split(" ");
        const [type, , superOptions] = after.split(" ");
        return { target, type, options, superOptions };
    });
}

/** Every directory below `top`, as paths from it; one that goes away meanwhile doesn't count. */
function directories(top: string, path = ""): string[] {
    try {
        return readdirSync(join(top, path), { withFileTypes: true })
            .filter((entry) => entry.isDirectory())
            .flatMap((entry) => [`${path}/${entry.name}`, ...directories(top, `${path}/${entry.name}`)]);
    } catch {
        return [];
    }
}
