import { docker } from "../support/docker";
import type { Contender } from "./contender";
import { runLike, type Settings } from "./settings";

export const FLOOR = "docker run";

/** Nothing but Docker: one `docker run` and one waiting exec for each machine, all at once. Nobody can be faster. */
export function floor(machines: ReadonlyMap<string, Settings>): Contender {
    const names = [...machines.keys()].map((name) => `floor-${name}`);
    return {
        name: FLOOR,
        phases: {
            up: async () => {
                await Promise.all([...machines].map(([name, settings]) => runReady(`floor-${name}`, settings)));
            },
            down: async () => {
                await docker(["stop", ...names]);
                await docker(["rm", ...names]);
            },
        },
        close: () => Promise.resolve(),
    };
}

async function runReady(name: string, settings: Settings): Promise<void> {
    await runLike(name, settings);
    const ready = 'until [ "$(systemctl is-system-running --wait 2>/dev/null)" = running ]; do sleep 0.05; done';
    await docker(["exec", name, "/bin/sh", "-c", ready]);
}
