/** The settings of a container that Podman tells otherwise than it was told. */
interface PodmanSettings {
    readonly domainname: string | undefined;
    readonly stopSignal: string;
    readonly tmpfs: Readonly<Record<string, string>>;
}

/** The settings in Podman's own words: in Docker's, each `pulumi up` would find them changed and make a new machine. */
export function inPodmansWords<Settings extends PodmanSettings>(settings: Settings): Settings {
    return {
        ...settings,
        // Its API has none, and answers with an empty one.
        domainname: undefined,
        // SIGRTMIN is 34 for programs that are linked with glibc (signal(7)); Podman tells numbers alone.
        stopSignal: settings.stopSignal.replace(/^SIGRTMIN\+(\d+)$/, (_, offset) => `${34 + Number(offset)}`),
        // Its defaults for a tmpfs (podman-run(1), --tmpfs), which it adds.
        tmpfs: Object.fromEntries(
            Object.entries(settings.tmpfs).map(([path, options]) => [path, `${options},rprivate,tmpcopyup`]),
        ),
    };
}
