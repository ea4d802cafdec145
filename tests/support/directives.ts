/** Where a container of the engine's default rights can't do what a unit asks for, and what the unit asks. */
const IMPOSSIBLE: readonly (readonly [directive: string, fromSystemd: number, onlyWithUser: boolean])[] = [
    ...[
        "DynamicUser=yes",
        "PrivateUsers=yes",
        "BindPaths=/etc:/mnt",
        "BindReadOnlyPaths=/etc:/mnt",
        "TemporaryFileSystem=/mnt",
        "LogNamespace=job",
        "CPUSchedulingPolicy=rr",
        "CPUSchedulingPolicy=fifo",
        "IOSchedulingClass=realtime",
    ].map((directive) => [directive, 219, false] as const),
    ["PrivatePIDs=yes", 257, false],
    ["DelegateNamespaces=mnt", 258, false],
    ...[
        "SystemCallFilter=@system-service",
        "SystemCallLog=@mount",
        "SystemCallArchitectures=native",
        "RestrictNamespaces=yes",
        "RestrictRealtime=yes",
        "RestrictSUIDSGID=yes",
        "RestrictAddressFamilies=AF_UNIX",
        "LockPersonality=yes",
        "MemoryDenyWriteExecute=yes",
        "PrivateDevices=yes",
        "ProtectClock=yes",
        "ProtectHostname=yes",
        "ProtectKernelLogs=yes",
        "ProtectKernelModules=yes",
        "ProtectKernelTunables=yes",
    ].map((directive) => [directive, 256, true] as const),
];

/** Some of those that systemd leaves out by itself where it lacks the rights, and of those that need none. */
const POSSIBLE = [
    "CPUSchedulingPolicy=idle",
    "IOSchedulingClass=idle",
    "NoNewPrivileges=yes",
    "PrivateNetwork=yes",
    "PrivateTmp=yes",
    "ProtectControlGroups=yes",
    "ProtectHome=tmpfs",
    "ProtectProc=invisible",
    "ProtectSystem=strict",
    "ReadOnlyPaths=/mnt",
];

/** A service that does nothing, with one directive. */
export interface SandboxedUnit {
    readonly directive: string;
    readonly user: string;
    /** Whether it fails where it is left as it is written. */
    readonly impossible: boolean;
}

/** Each directive in a service of root's, and in one of another user. */
export function sandboxedUnits(systemd: number, cgroupVersion: number): SandboxedUnit[] {
    const users = ["root", "daemon"];
    return [
        // On cgroup v1, systemd leaves it out.
        ...users.map((user) => ({
            directive: "ProtectControlGroups=private",
            user,
            impossible: cgroupVersion === 2 && systemd >= 257,
        })),
        ...IMPOSSIBLE.flatMap(([directive, from, onlyWithUser]) =>
            users.map((user) => ({
                directive,
                user,
                impossible: systemd >= from && (!onlyWithUser || user !== "root"),
            })),
        ),
        ...POSSIBLE.flatMap((directive) => users.map((user) => ({ directive, user, impossible: false }))),
    ];
}

/** Writes such units, starts them all, and prints the numbers of those that fail. */
export function startScript(units: readonly SandboxedUnit[]): string {
    return [
        "set -eu",
        "cd /etc/systemd/system",
        ...units.map(
            ({ directive, user }, number) =>
                `printf '%s\\n' '[Service]' Type=oneshot ExecStart=/bin/true ${user === "root" ? "" : `User=${user}`} '${directive}' >trial-${number}.service`,
        ),
        "systemctl daemon-reload",
        `systemctl start ${units.map((_, number) => `trial-${number}.service`).join(" ")} 2>/dev/null || :`,
        "systemctl list-units --failed --plain --no-legend 'trial-*' | sed 's/^trial-\\([0-9]*\\).*/\\1/'",
    ].join("\n");
}
