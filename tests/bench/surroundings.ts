import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { availableParallelism, cpus, loadavg, release, totalmem } from "node:os";
import { promisify } from "node:util";
import { docker } from "../support/docker";

const run = promisify(execFile);

/** On what it was measured, in words: times of other computers can't be compared, ratios can. */
export interface Surroundings {
    readonly computer: string;
    readonly system: string;
    readonly engine: string;
    readonly pulumi: string;
    readonly date: string;
    readonly load: string;
}

export async function surroundings(): Promise<Surroundings> {
    const load = loadavg()[0].toFixed(1);
    const engine = await docker([
        "info",
        "--format",
        "Docker {{.ServerVersion}}, cgroup v{{.CgroupVersion}}, {{.Driver}}",
    ]);
    const { stdout: version } = await run("pulumi", ["version"]);
    return {
        computer: `${availableParallelism()} processors (${cpus()[0].model.trim()}), ${Math.round(totalmem() / 2 ** 30)} GiB`,
        system: `${distribution()}, Linux ${release()}`,
        engine,
        pulumi: `Pulumi ${version.trim()}, Node ${process.version}`,
        date: new Date().toISOString().slice(0, 10),
        load,
    };
}

function distribution(): string {
    return /^PRETTY_NAME="(.*)"$/m.exec(readFileSync("/etc/os-release", "utf8"))?.[1] ?? "Linux";
}
