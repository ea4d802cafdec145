import type { HostFacts } from "../facts";
import type { Problem } from "../problems";

/** Names of profiles, as `aa-status` lists them. */
const PROFILE = /^[A-Za-z0-9_./-]+$/;

/** The security option for a profile that isn't the engine's default one. */
export function appArmorOptions(profile?: string): string[] {
    return profile === undefined ? [] : [`apparmor=${profile}`];
}

export function appArmorProblems(profile: string | undefined, argument: string): Problem[] {
    return profile === undefined || PROFILE.test(profile)
        ? []
        : [{ argument, value: profile, allowed: 'the name of a profile of the host, or "unconfined"' }];
}

/** Without AppArmor, the engine drops the option and confines nothing. */
export function appArmorHostProblems(
    profile: string | undefined,
    facts: Pick<HostFacts, "appArmor">,
    argument: string,
): Problem[] {
    return profile === undefined || profile === "unconfined" || facts.appArmor
        ? []
        : [
              {
                  argument,
                  value: profile,
                  allowed: '"unconfined" on a host without AppArmor, which this one is (docker info)',
                  mend: "Leave it out",
              },
          ];
}
