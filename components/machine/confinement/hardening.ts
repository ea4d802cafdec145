import type { Conflict } from "../../rules/problem";
import type { ArgumentTable } from "../argument";
import type { UlimitsArgs } from "../limits/ulimits";
import type { Tmpfs } from "../storage/tmpfs";
import type { Capabilities, PrivilegeArgs } from "./capabilities";
import type { ServiceSandboxingArgs } from "./service-sandboxing";

/** How much less than usual a machine may do. */
export const Hardening = {
    /** The engine's default capabilities, a writable root. */
    default: "default",
    /** What systemd needs to boot, and nothing more. */
    minimal: "minimal",
} as const;
export type Hardening = (typeof Hardening)[keyof typeof Hardening];

/** How much less than usual a machine may do. */
export interface HardeningArgs {
    /**
     * `minimal` leaves systemd what it needs to boot: three capabilities (four from systemd 258 on), no new privileges, and a
     * read-only root file system with tmpfs on /tmp, /var/log and /var/lib/systemd. Services that need more get it by
     * `capabilities`, `tmpfs` and `volumes`. Nothing can be put into such a machine before its start: no `files`, `units` and the like,
     * and /etc/machine-id stays as the image has it: empty, where that isn't an image of your own.
     * @default "default": the engine's default capabilities, a writable root
     */
    hardening?: Hardening;
}

export interface HardeningSpec {
    /** Read-only root file system, no new privileges, and the capabilities of {@link hardenedCapabilities}. */
    readonly hardened: boolean;
}

function hardeningSpec(hardening?: Hardening): HardeningSpec {
    return { hardened: hardening === "minimal" };
}

/** systemd starts services as other users, and takes capabilities away from them. */
const NEEDED = ["SETUID", "SETGID", "SETPCAP"];
/** Later ones give directories away that they made as root. */
const FIRST_SYSTEMD_WITH_CHOWN = 258;

/** What a hardened machine has: what its systemd needs, and what the person adds. */
export function hardenedCapabilities({ add }: Capabilities, systemdVersion: number): Capabilities {
    const needed = [...NEEDED, ...(systemdVersion >= FIRST_SYSTEMD_WITH_CHOWN ? ["CHOWN"] : [])];
    return { add: [...new Set([...needed, ...add])], drop: ["ALL"] };
}

/** Where systemd and its journal write, as tmpfs in a hardened machine. /run is one anyway. */
export const HARDENED_TMPFS: Readonly<Record<string, Tmpfs>> = {
    "/tmp": { exec: true, mode: "1777" },
    "/var/log": { exec: false, mode: "755" },
    "/var/lib/systemd": { exec: false, mode: "755" },
};

/** Arguments that become files of the machine before it starts, which engines refuse for a read-only root. */
const FILES = ["files", "units", "environment", "journal", "ssh"] as const;

type HardenedArgs = HardeningArgs &
    PrivilegeArgs &
    ServiceSandboxingArgs &
    UlimitsArgs & { readonly [Name in (typeof FILES)[number]]?: unknown };

/** What a hardened machine can't have. */
export function hardeningConflicts(args: HardenedArgs, prefix: string): Conflict[] {
    if (args.hardening !== "minimal") {
        return [];
    }
    const conflict = (argument: string, why: string, mend: string) => ({
        argument: `${prefix}${argument}`,
        with: `${prefix}hardening "minimal"`,
        why,
        mend,
    });
    const files = [
        ...FILES.filter((argument) => !isEmpty(args[argument])),
        ...(args.ulimits?.nofile === undefined ? [] : ["ulimits.nofile"]),
        ...(args.serviceSandboxing === "strict" ? ["serviceSandboxing"] : []),
    ];
    return [
        ...files.map((argument) =>
            conflict(
                argument,
                "the root file system is read-only, and nothing can be put into it",
                "Put it into the image (baseImage), or into a volume",
            ),
        ),
        ...(args.privileged
            ? [conflict("privileged", "one gives all rights, the other takes them", "Choose one")]
            : []),
        ...(args.capabilities?.drop?.length
            ? [conflict("capabilities.drop", "all are dropped but what systemd needs to boot", "Leave it out")]
            : []),
    ];
}

function isEmpty(value: unknown): boolean {
    return value === undefined || (typeof value === "object" && Object.keys(value ?? {}).length === 0);
}

export const HARDENING = {
    hardening: { spec: hardeningSpec },
} satisfies ArgumentTable<HardeningArgs, HardeningSpec>;
