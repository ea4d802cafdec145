import type { HostFacts } from "../host/facts";

/** The words in which an engine tells a setting: in any others, each `pulumi up` would find it changed and make a new machine. */
interface Dialect {
    readonly domain: (domain: string) => string | undefined;
    readonly signal: (signal: string) => string;
    readonly tmpfs: (options: string) => string;
    /** Of the capabilities that it gives by default, the one that opens the host. */
    readonly dangerousCapability: string | undefined;
    /** Which of Docker's builders it is asked for; Pulumi's own choice, BuildKit, where there is a choice. */
    readonly builder: "BuilderV1" | undefined;
    /** What keeps a network apart from others. */
    readonly isolation: Record<string, string> | undefined;
}

const DOCKERS: Dialect = {
    domain: (domain) => domain,
    signal: (signal) => signal,
    tmpfs: (options) => options,
    // Its device rules allow the system console to whoever makes a node for it (`mknod c 5 1`). In a cgroup beside its own,
    // which root can make where cgroups are the host's to see, no rule applies at all, and a disk of the host would open.
    dangerousCapability: "MKNOD",
    builder: undefined,
    // Docker keeps networks apart by itself.
    isolation: undefined,
};

const PODMANS: Dialect = {
    // Its API has none, and answers with an empty one.
    domain: () => undefined,
    // SIGRTMIN is 34 for programs that are linked with glibc (signal(7)); Podman tells numbers alone.
    signal: (signal) => signal.replace(/^SIGRTMIN\+(\d+)$/, (_, offset) => `${34 + Number(offset)}`),
    // Its defaults for a tmpfs (podman-run(1), --tmpfs), which it adds.
    tmpfs: (options) => `${options},rprivate,tmpcopyup`,
    dangerousCapability: undefined,
    // It builds by itself, whatever it is asked for, and each build would warn that there is no BuildKit.
    builder: "BuilderV1",
    // It keeps those apart that ask for it (podman-network-create(1), isolate).
    isolation: { isolate: "true" },
};

/** A domain is a kernel parameter that only root of the host may set (kernel.domainname). */
const UNPRIVILEGED_DOCKERS: Dialect = { ...DOCKERS, domain: () => undefined };

export function dialectOf({ engine, containerRoot }: Pick<HostFacts, "containerRoot" | "engine">): Dialect {
    return engine === "podman" ? PODMANS : containerRoot === 0 ? DOCKERS : UNPRIVILEGED_DOCKERS;
}
