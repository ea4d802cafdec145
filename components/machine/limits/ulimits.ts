import { choiceProblems } from "../../rules/choice";
import type { BadValue } from "../../rules/problem";
import { wholeNumberProblems } from "../../rules/whole-number";
import type { ArgumentTable } from "../argument";
import { plainUpload, type Upload, type UploadSpec } from "../files/upload";

/** A limit of each process (setrlimit(2)), in the units of that call. */
export interface UlimitArgs {
    /**
     * What a process gets: a whole number, -1 for no limit (of which `nofile` has none).
     * @asType integer
     */
    soft: number;
    /**
     * Up to what it may raise that itself; not below `soft`, -1 for no limit.
     * @asType integer
     * @default as `soft`
     */
    hard?: number;
}

/** Limits of a machine's processes. */
export interface UlimitsArgs {
    /**
     * Limits of the machine's processes (setrlimit(2)): `nofile`, `nproc`, `memlock`, … → limit. systemd hands them on to
     * its services, unless their units say otherwise (systemd.exec(5), LimitNOFILE=).
     * @default the engine's
     */
    ulimits?: Record<string, UlimitArgs>;
}

export interface UlimitSpec extends UploadSpec {
    readonly ulimits: Readonly<Record<string, Required<UlimitArgs>>>;
}

/** What each limit can be; -1, for no limit, beside that. */
interface Range {
    readonly least: number;
    readonly most: number;
    readonly endless: boolean;
}

/** What the kernel counts in 64 bits, as far as JavaScript counts single ones. */
const COUNT: Range = { least: 0, most: Number.MAX_SAFE_INTEGER, endless: true };

/** The limits that engines know (https://github.com/docker/go-units, ulimit.go). */
const RANGES: Readonly<Record<string, Range>> = {
    core: COUNT,
    cpu: COUNT,
    data: COUNT,
    fsize: COUNT,
    locks: COUNT,
    memlock: COUNT,
    msgqueue: COUNT,
    // The highest priority, counted from the other end: 20 - nice (getrlimit(2), RLIMIT_NICE).
    nice: { least: 0, most: 40, endless: true },
    // The kernel refuses more than fs.nr_open to everybody, "no limit" too (getrlimit(2), EPERM); that itself can't be more
    // (sysctl_nr_open_max, fs/file.c). With less, systemd can't open what it boots with.
    nofile: { least: 64, most: 2_147_483_584, endless: false },
    nproc: COUNT,
    rss: COUNT,
    // Priorities (sched(7), sched_get_priority_max(2)).
    rtprio: { least: 0, most: 99, endless: true },
    rttime: COUNT,
    sigpending: COUNT,
    stack: COUNT,
};

function ulimitSpec(given: Readonly<Record<string, UlimitArgs>> = {}): UlimitSpec {
    const ulimits = Object.fromEntries(
        Object.entries(given).map(([name, { soft, hard = soft }]) => [name, { soft, hard }]),
    );
    return { ulimits, uploads: ulimits.nofile === undefined ? [] : [openFiles(ulimits.nofile)] };
}

/** systemd hands the limits that it finds on to its services, but for `nofile`, of which it has an idea of its own. */
function openFiles({ soft, hard }: Required<UlimitArgs>): Upload {
    return plainUpload("/etc/systemd/system.conf.d/20-nofile.conf", `[Manager]\nDefaultLimitNOFILE=${soft}:${hard}\n`);
}

/** Everything wrong with one machine's limits. */
function ulimitProblems(ulimits: Readonly<Record<string, UlimitArgs>>, argument: string): BadValue[] {
    return Object.entries(ulimits).flatMap(([name, { soft, hard = soft }]) => {
        const range = Object.keys(RANGES).includes(name) ? RANGES[name] : undefined;
        if (range === undefined) {
            return choiceProblems(argument, name, Object.keys(RANGES));
        }
        const that = `${argument}.${name}`;
        const softProblems = rangeProblems(`${that}.soft`, soft, range);
        const hardProblems = hard === soft ? [] : rangeProblems(`${that}.hard`, hard, range);
        return [
            ...softProblems,
            ...hardProblems,
            ...(softProblems.length + hardProblems.length === 0
                ? orderProblems(`${that}.hard`, soft, hard, range)
                : []),
        ];
    });
}

function rangeProblems(argument: string, value: number | undefined, { least, most, endless }: Range): BadValue[] {
    return value === -1 && endless
        ? []
        : wholeNumberProblems(argument, value, least, most, endless ? "-1 for no limit, or " : "");
}

function orderProblems(argument: string, soft: number, hard: number, { endless }: Range): BadValue[] {
    const allowed = `${endless ? "-1, or " : ""}a whole number not below soft, which is ${soft}`;
    return hard !== -1 && (soft === -1 || soft > hard) ? [{ argument, value: hard, allowed }] : [];
}

export const ULIMITS = {
    ulimits: { problems: ulimitProblems, spec: ulimitSpec },
} satisfies ArgumentTable<UlimitsArgs, UlimitSpec>;
