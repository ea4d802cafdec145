import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { docker, inMachine } from "../support/docker";
import { median } from "./measure";
import { OURS } from "./programs";
import { runLike, type Settings } from "./settings";

/** What one machine takes by itself. */
export interface Boot {
    readonly image: string;
    /** From PID 1's start until all of its first jobs are done (systemd-analyze(1), "userspace"). */
    readonly bootMilliseconds: number;
    /** The kernel's own included; page cache, which it takes back when it needs it, and files in memory left out. */
    readonly idleMiB: number;
    /** systemd's word for it; unpruned systems can be `degraded`. */
    readonly state: string;
}

/** Our image and one of the same Debian in which nothing was done, by turns, with the same settings. */
export async function boots(settings: Settings, baseImage: string, rounds: number): Promise<readonly Boot[]> {
    const plain = await plainImage(baseImage);
    const images = { [OURS]: settings.image, [`Debian and systemd, nothing else`]: plain };
    const seen = new Map<string, Boot[]>(Object.keys(images).map((name) => [name, []]));
    for (let round = 1; round <= rounds; round++) {
        for (const [name, image] of Object.entries(images)) {
            seen.get(name)?.push({ image: name, ...(await boot(settings, image)) });
        }
    }
    await docker(["image", "rm", plain]);
    return [...seen.values()].map((each) => ({
        ...median(each, ({ bootMilliseconds }) => bootMilliseconds),
        idleMiB: median(each, ({ idleMiB }) => idleMiB).idleMiB,
    }));
}

const NAME = "bench-boot";

async function boot(settings: Settings, image: string): Promise<Omit<Boot, "image">> {
    await runLike(NAME, settings, image);
    try {
        const [state, started, finished] = (await inMachine(NAME, UNTIL_BOOTED)).split("\n");
        return {
            state,
            bootMilliseconds: Math.round((Number(finished) - Number(started)) / 1000),
            idleMiB: (await idleBytes()) / 2 ** 20,
        };
    } finally {
        await docker(["rm", "--force", "--volumes", NAME]);
    }
}

const UNTIL_BOOTED = `
until state=$(systemctl is-system-running --wait 2>/dev/null); [ "$state" = running ] || [ "$state" = degraded ]; do sleep 0.05; done
echo "$state"
systemctl show --value --property=UserspaceTimestampMonotonic --property=FinishTimestampMonotonic`;

/** The base as it is, told only what every recipe for systemd in a container tells it. */
async function plainImage(base: string): Promise<string> {
    const name = "bench-plain";
    const directory = await mkdtemp(path.join(tmpdir(), `${name}-`));
    try {
        const lines = [`FROM ${base}`, "ENV container=docker", "STOPSIGNAL SIGRTMIN+3", 'CMD ["/sbin/init"]'];
        await writeFile(path.join(directory, "Dockerfile"), lines.join("\n"));
        await docker(["build", "--quiet", `--tag=${name}`, directory]);
    } finally {
        await rm(directory, { recursive: true });
    }
    return name;
}

/** The engine's own numbers of a container, which Docker's CLI rounds. */
interface Statistics {
    readonly memory_stats: { readonly usage: number; readonly stats: Readonly<Record<string, number>> };
}

/** Where the engine is asked; what is measured here has to be on this computer anyway. */
const SOCKET = (process.env.DOCKER_HOST ?? "unix:///var/run/docker.sock").replace(/^unix:\/\//, "");

/** cgroup v1 doesn't tell files in memory from page cache: neither counts, on v2 the same. */
async function idleBytes(): Promise<number> {
    const { usage, stats } = (await statistics()).memory_stats;
    return usage - (stats.total_cache ?? stats.file);
}

function statistics(): Promise<Statistics> {
    return new Promise((resolve, reject) => {
        const question = `/containers/${NAME}/stats?stream=false&one-shot=true`;
        request({ socketPath: SOCKET, path: question }, (answer) => {
            let text = "";
            answer.setEncoding("utf8").on("data", (part: string) => (text += part));
            answer.on("end", () => resolve(JSON.parse(text) as Statistics));
        })
            .on("error", reject)
            .end();
    });
}
