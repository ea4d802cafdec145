import { docker } from "../support/docker";
import type { Contender } from "./contender";
import type { Settings } from "./settings";

/** Nothing but Docker: one `docker run` and one waiting exec for each machine, all at once. Nobody can be faster. */
export function floor(machines: ReadonlyMap<string, Settings>): Contender {
    const names = [...machines.keys()].map((name) => `floor-${name}`);
    return {
        name: "docker run",
        up: async () => {
            await Promise.all([...machines].map(([name, settings]) => run(`floor-${name}`, settings)));
        },
        down: async () => {
            await docker(["stop", ...names]);
            await docker(["rm", ...names]);
        },
        close: () => Promise.resolve(),
    };
}

async function run(name: string, settings: Settings): Promise<void> {
    await docker([
        ...["run", "--detach", "--tty", `--name=${name}`, `--cgroupns=${settings.cgroupns}`],
        ...(settings.cgroupParent ? [`--cgroup-parent=${settings.cgroupParent}`] : []),
        ...settings.securityOpts.map((option) => `--security-opt=${option}`),
        ...settings.binds.map((bind) => `--volume=${bind}`),
        ...Object.entries(settings.tmpfs).map(([directory, options]) => `--tmpfs=${directory}:${options}`),
        settings.image,
    ]);
    const ready = 'until [ "$(systemctl is-system-running --wait 2>/dev/null)" = running ]; do sleep 0.05; done';
    await docker(["exec", name, "/bin/sh", "-c", ready]);
}
