import { execFile } from "node:child_process";
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import * as path from "node:path";
import { promisify } from "node:util";
import type { Contender } from "./contender";
import type { Settings } from "./settings";

const run = promisify(execFile);

export const COMPOSE = "docker compose";

/** `docker compose up --wait`: what people use today where they need no systemd. */
export async function compose(directory: string, machines: ReadonlyMap<string, Settings>): Promise<[Contender]> {
    const binary = await findCompose();
    const file = path.join(directory, "compose.json");
    writeFileSync(file, JSON.stringify({ name: "compose-bench", services: services(machines) }));
    const composed = async (...words: string[]) =>
        void (await run(binary[0], [...binary.slice(1), "-f", file, ...words]));
    const up = () => composed("up", "--wait");
    const down = () => composed("down", "--timeout=30");
    return [{ name: COMPOSE, phases: { up, again: up, down }, close: () => Promise.resolve() }];
}

function services(machines: ReadonlyMap<string, Settings>): Record<string, unknown> {
    return Object.fromEntries(
        [...machines].map(([name, { image, cgroupParent, cgroupns, securityOpts, binds, tmpfs }]) => [
            name,
            {
                image,
                tty: true,
                hostname: name,
                cgroup: cgroupns,
                ...(cgroupParent && { cgroup_parent: cgroupParent }),
                security_opt: securityOpts,
                volumes: binds,
                tmpfs: Object.entries(tmpfs).map(([target, options]) => `${target}:${options}`),
                // Compose has no other way to wait for what is inside; half a second is as eager as is kind to a boot.
                healthcheck: {
                    test: ["CMD-SHELL", '[ "$(systemctl is-system-running)" = running ]'],
                    interval: "500ms",
                    retries: 120,
                },
            },
        ]),
    );
}

/** Docker's plugin where it is installed, else Debian's package of it, unpacked into the cache and not installed. */
async function findCompose(): Promise<[string, ...string[]]> {
    if (
        await run("docker", ["compose", "version"]).then(
            () => true,
            () => false,
        )
    ) {
        return ["docker", "compose"];
    }
    const cache = path.join(process.env.XDG_CACHE_HOME ?? path.join(homedir(), ".cache"), "pulumi-centos-systemd");
    const root = path.join(cache, "compose");
    const binary = path.join(root, "usr/libexec/docker/cli-plugins/docker-compose");
    if (!existsSync(binary)) {
        mkdirSync(cache, { recursive: true });
        rmSync(root, { recursive: true, force: true });
        const options = ["--quiet", "--variant=extract", '--aptopt=Acquire::Check-Valid-Until "false"'];
        await run("mmdebstrap", [...options, "--include=docker-compose", "trixie", root]);
    }
    return [binary];
}
