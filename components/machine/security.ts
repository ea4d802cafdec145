import type * as docker from "@pulumi/docker";
import type { HostFacts } from "../facts";
import { choiceProblems, type Problem } from "../problems";
import { type CapabilitiesArgs, containerCapabilities, withoutCapabilities } from "./capabilities";
import type { UlimitArgs } from "./ulimits";

/** How much less, or more, than the engine's own confinement a machine gets. */
export interface SecurityArgs {
    /**
     * System calls that the machine may use: `default` for the engine's own profile, `unconfined` for all of them, or the
     * text of a profile in JSON (https://docs.docker.com/engine/security/seccomp), read for instance with `readFileSync`.
     * @default "default": systemd needs no more
     */
    seccomp?: string;
    /**
     * `minimal` leaves systemd what it needs to boot: three capabilities (four from systemd 258 on), no new privileges, and a
     * read-only root file system with tmpfs on /tmp, /var/log and /var/lib/systemd. Services that need more get it by
     * `capabilities`, `tmpfs` and `volumes`. Nothing can be put into such a machine before its start: no `files`, `units` and the like,
     * and /etc/machine-id stays as the image has it: empty, where that isn't an image of your own.
     * @default "default": the engine's default capabilities, a writable root
     */
    hardening?: string;
}

/** What of the other arguments a hardened machine has to look at. */
export interface HardenedArgs extends SecurityArgs {
    readonly capabilities?: CapabilitiesArgs;
    readonly ulimits?: Record<string, UlimitArgs>;
    readonly privileged?: boolean;
}

/** systemd starts services as other users, and takes capabilities away from them. */
const NEEDED = ["SETUID", "SETGID", "SETPCAP"];
/** Later ones give directories away that they made as root. */
const FIRST_SYSTEMD_WITH_CHOWN = 258;

/** Where systemd and its journal write; /run is a tmpfs anyway. */
const WRITABLE: Readonly<Record<string, string>> = {
    "/tmp": "rw,exec,nosuid,nodev,mode=1777",
    "/var/log": "rw,noexec,nosuid,nodev,mode=755",
    "/var/lib/systemd": "rw,noexec,nosuid,nodev,mode=755",
};

/** The security options of the container. */
export function securityOptions({ seccomp = "default", hardening }: SecurityArgs): string[] {
    return [
        // The engine reads no file for an API client: the profile itself goes there.
        ...(seccomp === "default" ? [] : [`seccomp=${seccomp}`]),
        ...(hardening === "minimal" ? ["no-new-privileges"] : []),
    ];
}

/** The capabilities of the container; `withheld` are those that the cgroup access takes from who doesn't ask for them. */
export function securityCapabilities(
    { capabilities: { add = [], drop = [] } = {}, hardening }: HardenedArgs,
    systemdVersion: number,
    withheld: readonly string[] = [],
): docker.types.input.ContainerCapabilities | undefined {
    if (hardening !== "minimal") {
        return containerCapabilities({ add, drop: [...drop, ...withoutCapabilities(withheld, [...add, ...drop])] });
    }
    const needed = [...NEEDED, ...(systemdVersion >= FIRST_SYSTEMD_WITH_CHOWN ? ["CHOWN"] : [])];
    return containerCapabilities({ add: [...new Set([...needed, ...add])], drop: ["ALL"] });
}

/** What stays writable beside a read-only root. */
export function securityTmpfs({ hardening }: SecurityArgs): Readonly<Record<string, string>> {
    return hardening === "minimal" ? WRITABLE : {};
}

/** Arguments that become files of the machine before it starts, which engines refuse for a read-only root. */
const FILES = ["files", "units", "environment", "journal", "ssh"];

/** Everything wrong with one machine's confinement. */
export function securityProblems(args: HardenedArgs, prefix: string): Problem[] {
    return [
        ...seccompProblems(args.seccomp, `${prefix}seccomp`),
        ...choiceProblems(`${prefix}hardening`, args.hardening, ["default", "minimal"]),
        ...(args.hardening === "minimal" ? minimalProblems(args, prefix) : []),
    ];
}

/** A profile's text is long; its beginning is enough to know it by. */
function seccompProblems(seccomp: string | undefined, argument: string): Problem[] {
    return seccomp === undefined || ["default", "unconfined"].includes(seccomp) || isProfile(seccomp)
        ? []
        : [
              {
                  argument,
                  value: seccomp.length > 40 ? `${seccomp.slice(0, 40)}…` : seccomp,
                  allowed: '"default", "unconfined" or the JSON text of a profile with a defaultAction',
                  mend: 'A file is read by your program: readFileSync(path, "utf8")',
              },
          ];
}

function isProfile(text: string): boolean {
    try {
        const profile = JSON.parse(text) as { defaultAction?: unknown } | null;
        return typeof profile?.defaultAction === "string";
    } catch {
        return false;
    }
}

function minimalProblems(args: HardenedArgs, prefix: string): Problem[] {
    const given = Object.entries(args).filter(([argument, value]) => FILES.includes(argument) && !isEmpty(value));
    const impossible = [
        ...given.map(([argument]) => argument),
        ...(args.ulimits?.nofile === undefined ? [] : ["ulimits.nofile"]),
    ];
    return [
        ...impossible.map((argument) => ({
            argument: `${prefix}${argument}`,
            value: "given",
            allowed: 'nothing with hardening "minimal": its root file system is read-only',
            mend: "Put it into the image (baseImage), or into a volume",
        })),
        ...(args.privileged
            ? [{ argument: `${prefix}privileged`, value: true, allowed: 'false with hardening "minimal"' }]
            : []),
        ...(args.capabilities?.drop?.length
            ? [
                  {
                      argument: `${prefix}capabilities.drop`,
                      value: args.capabilities.drop,
                      allowed: 'nothing with hardening "minimal", which drops all but what systemd needs',
                  },
              ]
            : []),
    ];
}

function isEmpty(value: unknown): boolean {
    return value === undefined || (typeof value === "object" && Object.keys(value ?? {}).length === 0);
}

/** A kernel or engine without seccomp refuses a profile. */
export function seccompHostProblems({ seccomp = "default" }: SecurityArgs, facts: HostFacts): Problem[] {
    return facts.seccomp || ["default", "unconfined"].includes(seccomp)
        ? []
        : [
              {
                  argument: "seccomp",
                  value: "a profile",
                  allowed: '"default" or "unconfined" on a host without seccomp, which this one is (docker info)',
              },
          ];
}
