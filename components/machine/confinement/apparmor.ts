import type { BadValue } from "../../rules/problem";
import type { ArgumentTable } from "../argument";

/** Which AppArmor profile confines a machine. */
export interface AppArmorArgs {
    /**
     * AppArmor profile of the host that confines the machine, or `unconfined`.
     * @default the engine's, where the host has AppArmor
     */
    appArmor?: string;
}

export interface AppArmorSpec {
    readonly appArmor?: string;
}

/** Names of profiles, as `aa-status` lists them. */
const PROFILE = /^[A-Za-z0-9_./-]+$/;

function appArmorProblems(profile: string, argument: string): BadValue[] {
    return PROFILE.test(profile)
        ? []
        : [{ argument, value: profile, allowed: 'the name of a profile of the host, or "unconfined"' }];
}

export const APPARMOR = {
    appArmor: { problems: appArmorProblems, spec: (appArmor) => ({ appArmor }) },
} satisfies ArgumentTable<AppArmorArgs, AppArmorSpec>;
