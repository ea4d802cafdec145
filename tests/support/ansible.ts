import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import * as path from "node:path";
import { promisify } from "node:util";

/** Ansible as PyPI has it, and of its collections only those that the tests need: the docker and kubectl connections, and time zones. */
const INSTALL = `
set -e
python3 -m pip install --quiet --target "$1" 'ansible-core<2.20'
python3 -m pip download --quiet --no-deps --dest "$1/wheel" 'ansible<13'
python3 - "$1" <<'END'
import glob, sys, zipfile
names = ("community/docker", "community/library_inventory_filtering_v1", "community/general", "kubernetes/core")
wanted = tuple(f"ansible_collections/{name}/" for name in names)
with zipfile.ZipFile(glob.glob(sys.argv[1] + "/wheel/*.whl")[0]) as wheel:
    wheel.extractall(sys.argv[1], [name for name in wheel.namelist() if name.startswith(wanted)])
END
rm -r "$1/wheel"`;

/** Runs ansible-playbook, and gives what it prints; throws with that where a task has failed. */
export type Playbook = (...words: string[]) => Promise<string>;

/**
 * Ansible from the cache, installed there the first time. `environment` reaches it and its connections: KUBECONFIG, for one.
 *
 * @throws where it can't be had, with the reason
 */
export async function ansiblePlaybook(environment: Record<string, string> = {}): Promise<Playbook> {
    const { cached, once } = await import("../../toolchain/cache.mjs");
    const directory = cached("ansible", "12-docker-general-kubernetes");
    if (!existsSync(directory)) {
        console.warn(`ansible: installing it, once, in ${directory}`);
    }
    await once(directory, async (unfinished: string) => {
        await promisify(execFile)("/bin/sh", ["-c", INSTALL, "install", unfinished], { timeout: 300_000 });
    });
    const env = {
        ...process.env,
        ...environment,
        PYTHONPATH: directory,
        ANSIBLE_HOME: path.join(directory, "home"),
        LC_ALL: "C.UTF-8",
    };
    return async (...words) => {
        const run = promisify(execFile)("python3", ["-m", "ansible", "playbook", ...words], { env });
        const { stdout } = await run.catch((error: Error & { stdout: string }) => {
            throw new Error(`${error.message}\n${error.stdout}`);
        });
        return stdout;
    };
}
