import type { BadValue } from "../../rules/problem";
import type { ArgumentTable } from "../argument";
import { profileFault } from "./seccomp-profile";

/** Which system calls a machine may use. */
export interface SeccompArgs {
    /**
     * System calls that the machine may use: `default` for the engine's own profile, `unconfined` for all of them, or the
     * text of a profile in JSON (https://docs.docker.com/engine/security/seccomp), read for instance with `readFileSync`.
     * @default "default": systemd needs no more
     */
    seccomp?: string;
}

export interface SeccompSpec {
    /** `unconfined`, or a profile's JSON; without it, the engine's own profile. */
    readonly seccomp?: string;
}

function seccompSpec(seccomp = "default"): SeccompSpec {
    return seccomp === "default" ? {} : { seccomp };
}

/** A profile's text is long; its beginning is enough to know it by. */
function seccompProblems(seccomp: string, argument: string): BadValue[] {
    const fault = ["default", "unconfined"].includes(seccomp) ? undefined : profileFault(seccomp);
    return fault === undefined
        ? []
        : [
              {
                  argument,
                  value: seccomp.length > 40 ? `${seccomp.slice(0, 40)}…` : seccomp,
                  allowed: `"default", "unconfined" or the JSON text of a profile with a defaultAction; ${fault}`,
                  // What looks like JSON was read from its file.
                  ...(seccomp.trimStart().startsWith("{") ? {} : { mend: "Give the text of a file, and not its path" }),
              },
          ];
}

export const SECCOMP = {
    seccomp: { problems: seccompProblems, spec: seccompSpec },
} satisfies ArgumentTable<SeccompArgs, SeccompSpec>;
