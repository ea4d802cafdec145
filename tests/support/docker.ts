import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Runs Docker's CLI and gives what it prints; `environment` may name another engine (DOCKER_HOST). */
export async function docker(args: readonly string[], environment: Record<string, string> = {}): Promise<string> {
    const { stdout } = await run("docker", args, { env: { ...process.env, ...environment }, maxBuffer: 1 << 24 });
    return stdout.trim();
}

/** Runs a shell command in a machine; throws where it fails, with what it printed. */
export function inMachine(
    container: string,
    script: string,
    environment: Record<string, string> = {},
): Promise<string> {
    return docker(["exec", container, "/bin/sh", "-c", script], environment);
}

/** What `docker inspect` says of a container. */
export interface Inspection {
    readonly State: { readonly Status: string; readonly ExitCode: number };
    readonly HostConfig: {
        readonly Privileged: boolean;
        readonly CapAdd: string[] | null;
        readonly SecurityOpt: string[] | null;
        readonly Binds: string[] | null;
    };
    readonly NetworkSettings: { readonly Ports: Record<string, { HostIp: string; HostPort: string }[] | null> };
}

export async function inspect(container: string, environment: Record<string, string> = {}): Promise<Inspection> {
    return (JSON.parse(await docker(["inspect", container], environment)) as [Inspection])[0];
}
