import { execFile } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { networkInterfaces } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { mountsWith, processes } from "../engines/processes";
import { homeOfCluster } from "./own-cluster";

const run = promisify(execFile);

/** What cluster.sh calls its link and its cgroup. */
const NAME = "pcs-cluster";

/** All that this machine has of a cluster of the tests' own, in words for a person; nothing, after it was stopped. */
export async function remains(): Promise<string[]> {
    const home = await homeOfCluster();
    const { stdout: routes } = await run("ip", ["route", "show", "root", "10.240.0.0/16"]);
    const { stdout: cgroups } = await run("find", [
        "/sys/fs/cgroup",
        "-ignore_readdir_race",
        "-type",
        "d",
        "-name",
        NAME,
    ]);
    return [
        ...processes().flatMap(({ pid, command, topCgroups }) =>
            topCgroups.includes(NAME) ? [`process ${pid} (${command})`] : [],
        ),
        ...mountsWith(`${home}/run`).map((mount) => `mount ${mount}`),
        ...Object.keys(networkInterfaces()).flatMap((link) => (link === NAME ? [`link ${link}`] : [])),
        ...lines(routes).map((route) => `route ${route}`),
        ...lines(cgroups).map((cgroup) => `cgroup ${cgroup}`),
        ...(existsSync(join(home, "run")) ? readdirSync(join(home, "run")).map((file) => `file ${file}`) : []),
    ];
}

const lines = (text: string) => text.split("\n").filter((line) => line !== "");
