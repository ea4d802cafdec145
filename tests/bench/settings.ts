import { docker } from "../support/docker";

/** What a peer needs to boot the same machine: read off a machine of ours, so that nobody measures other settings. */
export interface Settings {
    readonly image: string;
    readonly cgroupParent: string;
    readonly cgroupns: string;
    readonly securityOpts: string[];
    readonly binds: string[];
    readonly tmpfs: Record<string, string>;
}

/** The settings of the machine `model` of `sandbox`, as those of another machine `name` beside it. */
export async function settingsLike(sandbox: string, model: string, name: string): Promise<Settings> {
    const [{ Image, HostConfig }] = JSON.parse(await docker(["inspect", `${sandbox}-${model}`])) as [
        {
            Image: string;
            HostConfig: {
                CgroupParent: string;
                CgroupnsMode: string;
                SecurityOpt: string[] | null;
                Binds: string[] | null;
                Tmpfs: Record<string, string>;
            };
        },
    ];
    const own = (text: string) => text.replaceAll(`/${model}`, `/${name}`).replaceAll(`-${model}`, `-${name}`);
    return {
        image: Image,
        cgroupParent: own(HostConfig.CgroupParent),
        cgroupns: HostConfig.CgroupnsMode || "host",
        securityOpts: HostConfig.SecurityOpt ?? [],
        binds: (HostConfig.Binds ?? []).map(own),
        tmpfs: HostConfig.Tmpfs,
    };
}

/** A container with these settings, in which systemd is just starting. */
export async function runLike(name: string, settings: Settings, image = settings.image): Promise<void> {
    await docker([
        ...["run", "--detach", "--tty", `--name=${name}`, `--cgroupns=${settings.cgroupns}`],
        ...(settings.cgroupParent ? [`--cgroup-parent=${settings.cgroupParent}`] : []),
        ...settings.securityOpts.map((option) => `--security-opt=${option}`),
        ...settings.binds.map((bind) => `--volume=${bind}`),
        ...Object.entries(settings.tmpfs).map(([directory, options]) => `--tmpfs=${directory}:${options}`),
        image,
    ]);
}
