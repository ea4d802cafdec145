import { docker } from "../docker";
import type { Cell } from "./cells";

/** What tells engines of one version apart. */
export type Traits = Pick<Cell, "kind" | "cgroupVersion" | "cgroupDriver" | "imageStore" | "userns"> & {
    /** The user that the engine itself is, where that isn't root. */
    readonly rootless: number | undefined;
};

/** What a cell promises. */
export function promised({ kind, cgroupVersion, cgroupDriver, imageStore, userns, rootless }: Cell): Traits {
    return { kind, cgroupVersion, cgroupDriver, imageStore, userns, rootless: rootless?.uid };
}

interface VersionAnswer {
    readonly Components?: readonly { readonly Name: string; readonly Details?: Readonly<Record<string, string>> }[];
}

interface InfoAnswer {
    readonly CgroupVersion: string;
    readonly CgroupDriver: string;
    readonly DriverStatus?: readonly (readonly [string, string])[];
    readonly SecurityOptions: readonly string[] | null;
    readonly DockerRootDir: string;
}

/** What a running engine says of itself. */
export async function announced(dockerHost: string): Promise<Traits> {
    const environment = { DOCKER_HOST: dockerHost };
    const { Components = [] } = JSON.parse(
        await docker(["version", "--format={{json .Server}}"], environment),
    ) as VersionAnswer;
    const info = JSON.parse(await docker(["info", "--format={{json .}}"], environment)) as InfoAnswer;
    const has = (option: string) => (info.SecurityOptions ?? []).some((each) => each.split(",").includes(option));
    const rootlesskit = Components.find(({ Name }) => Name === "rootlesskit")?.Details?.StateDir;
    return {
        kind: Components.some(({ Name }) => Name.startsWith("Podman")) ? "podman" : "docker",
        cgroupVersion: info.CgroupVersion === "2" ? 2 : 1,
        cgroupDriver: info.CgroupDriver as Traits["cgroupDriver"],
        imageStore: info.DriverStatus?.some(([, value]) => value.startsWith("io.containerd.snapshotter"))
            ? "containerd"
            : "engine",
        // The directory is named after the user and the group that root is.
        userns: has("name=userns") ? Number(/\/(\d+)\.\d+$/.exec(info.DockerRootDir)?.[1]) : undefined,
        rootless: has("name=rootless") ? Number(/^\/run\/user\/(\d+)\//.exec(rootlesskit ?? "")?.[1]) : undefined,
    };
}
