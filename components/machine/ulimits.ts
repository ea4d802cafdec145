import type * as docker from "@pulumi/docker";
import { choiceProblems, integerProblems, type Problem } from "../problems";
import type { Upload } from "./upload";

/** A limit of each process (setrlimit(2)), in the units of that call. */
export interface UlimitArgs {
    /** What a process gets: a whole number, -1 for no limit. */
    soft: number;
    /**
     * Up to what it may raise that itself; not below `soft`, -1 for no limit.
     * @default as `soft`
     */
    hard?: number;
}

/** The limits that engines know (https://github.com/docker/go-units, ulimit.go). */
const NAMES = [
    "core",
    "cpu",
    "data",
    "fsize",
    "locks",
    "memlock",
    "msgqueue",
    "nice",
    "nofile",
    "nproc",
    "rss",
    "rtprio",
    "rttime",
    "sigpending",
    "stack",
];

/** The limits as the container gets them. */
export function containerUlimits(ulimits: Record<string, UlimitArgs> = {}): docker.types.input.ContainerUlimit[] {
    return Object.entries(ulimits).map(([name, { soft, hard }]) => ({ name, soft, hard: hard ?? soft }));
}

/** systemd hands the limits that it finds on to its services, but for `nofile`, of which it has an idea of its own. */
export function ulimitUploads({ nofile }: Record<string, UlimitArgs> = {}): Upload[] {
    if (nofile === undefined) {
        return [];
    }
    const [soft, hard] = [nofile.soft, nofile.hard ?? nofile.soft].map((limit) => (limit === -1 ? "infinity" : limit));
    return [
        {
            file: "/etc/systemd/system.conf.d/20-nofile.conf",
            content: `[Manager]\nDefaultLimitNOFILE=${soft}:${hard}\n`,
            permissions: "0644",
        },
    ];
}

/** Everything wrong with one machine's limits. */
export function ulimitProblems(ulimits: Record<string, UlimitArgs> = {}, argument: string): Problem[] {
    return Object.entries(ulimits).flatMap(([name, { soft, hard = soft }]) => [
        ...choiceProblems(argument, name, NAMES),
        ...limitProblems(`${argument}.${name}.soft`, soft),
        ...(hard === soft ? [] : limitProblems(`${argument}.${name}.hard`, hard)),
        ...(hard !== -1 && (soft === -1 || soft > hard)
            ? [
                  {
                      argument: `${argument}.${name}.hard`,
                      value: hard,
                      allowed: `-1, or a whole number not below soft, which is ${soft}`,
                  },
              ]
            : []),
    ]);
}

function limitProblems(argument: string, value: number | undefined): Problem[] {
    return value === undefined
        ? [{ argument, value, allowed: "a whole number, -1 for no limit" }]
        : integerProblems(argument, value, -1, Number.MAX_SAFE_INTEGER);
}
