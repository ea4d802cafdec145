import { member } from "../../rules/member";
import { nameLengthProblems } from "../../rules/path";
import type { BadValue, Problem } from "../../rules/problem";
import type { ArgumentTable } from "../argument";

/** A Docker volume: what is written to it outlives the container. */
export interface VolumeArgs {
    /** Where it is mounted in the machine: absolute path of a directory. What the image has there is copied to a new volume. */
    path: string;
    /**
     * The machine may not write to it.
     * @default false
     */
    readOnly?: boolean;
    /**
     * Leaves the volume on the host when the machine is destroyed; the next machine of the same name finds it again.
     * @default false
     */
    keep?: boolean;
    /**
     * Name of a Docker volume that exists already, to use instead of one of the machine's own. It is never removed.
     * @default one of the machine's own, `<sandbox>-<machine>.<volume>`
     */
    external?: string;
}

/** What of a machine outlives it. */
export interface VolumesArgs {
    /**
     * Docker volumes: name → where it is mounted, and what becomes of it at the end.
     * @default none: what the machine writes is gone with it
     */
    volumes?: Record<string, VolumeArgs>;
}

/** A volume, with every default filled in; `external` is one that exists already. */
export interface Volume {
    readonly name: string;
    readonly path: string;
    readonly readOnly: boolean;
    readonly keep: boolean;
    readonly external?: string;
}

export interface VolumeSpec {
    readonly volumes: readonly Volume[];
}

function volumeSpec(volumes: Readonly<Record<string, VolumeArgs>> = {}): VolumeSpec {
    return {
        volumes: Object.entries(volumes).map(([name, { path, readOnly = false, keep = false, external }]) => ({
            name,
            path,
            readOnly,
            keep,
            external,
        })),
    };
}

/** Names of Docker volumes (https://github.com/moby/moby, RestrictedNameChars). */
const VOLUME_NAME = /^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/;

/** Everything wrong with one machine's volumes; their paths are looked at in mounts.ts. */
function volumeProblems(volumes: Readonly<Record<string, VolumeArgs>>, argument: string): Problem[] {
    return Object.entries(volumes).flatMap(([volume, { keep, external }]) => [
        ...(VOLUME_NAME.test(volume)
            ? []
            : [{ argument, value: volume, allowed: "names of letters, digits, dots, dashes and underscores" }]),
        ...externalProblems(external, `${member(argument, volume)}.external`),
        ...(external !== undefined && keep !== undefined
            ? [
                  {
                      argument: `${member(argument, volume)}.keep`,
                      with: `${member(argument, volume)}.external`,
                      why: "a volume that isn't the machine's own is always kept",
                      mend: "Leave it out",
                  },
              ]
            : []),
    ]);
}

function externalProblems(value: string | undefined, argument: string): BadValue[] {
    if (value === undefined) {
        return [];
    }
    return VOLUME_NAME.test(value)
        ? nameLengthProblems(argument, value)
        : [{ argument, value, allowed: "the name of a Docker volume that exists" }];
}

/** A dot, which no machine's name has: `a-b` of `c` and `b` of `c-a` are two volumes. */
export function dockerVolumeName(container: string, volume: string): string {
    return `${container}.${volume}`;
}

/** The engine keeps each in a directory of its name: one that gets too long with the sandbox's and the machine's. */
export function volumeNameProblems({ volumes = {} }: VolumesArgs, container: string, argument: string): BadValue[] {
    return Object.entries(volumes)
        .filter(([volume, { external }]) => external === undefined && VOLUME_NAME.test(volume))
        .flatMap(([volume]) => nameLengthProblems(argument, dockerVolumeName(container, volume)));
}

export const VOLUMES = {
    volumes: { problems: volumeProblems, spec: volumeSpec },
} satisfies ArgumentTable<VolumesArgs, VolumeSpec>;
