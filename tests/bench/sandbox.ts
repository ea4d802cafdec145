import { execFile } from "node:child_process";
import * as path from "node:path";
import { promisify } from "node:util";
import type { Contender } from "./contender";

const run = promisify(execFile);
const PROJECT = path.join(__dirname, "sandbox");

/** A sandbox of ours, as a person gets it: Pulumi's CLI and a program in TypeScript. */
export async function sandbox(
    directory: string,
    machines: number,
    base: { distribution: string; baseImage: string },
): Promise<Contender> {
    const stack = `bench${machines}`;
    const env = {
        ...process.env,
        PULUMI_BACKEND_URL: `file://${directory}`,
        PULUMI_CONFIG_PASSPHRASE: "bench",
        PULUMI_CONFIG_PASSPHRASE_FILE: "",
    };
    const pulumi = async (...words: string[]) => {
        const place = ["--cwd", PROJECT, "--stack", stack, "--non-interactive"];
        await run("pulumi", [...words, ...place], { env, maxBuffer: 1 << 26 });
    };
    await run("pulumi", ["stack", "init", stack, "--cwd", PROJECT, "--non-interactive"], { env });
    for (const [key, value] of Object.entries({ ...base, machines: String(machines) })) {
        await pulumi("config", "set", key, value);
    }
    const up = () => pulumi("up", "--yes", "--skip-preview");
    return {
        name: "pulumi-centos-systemd",
        up,
        again: up,
        down: () => pulumi("destroy", "--yes", "--skip-preview"),
        close: () => pulumi("stack", "rm", "--yes"),
    };
}
