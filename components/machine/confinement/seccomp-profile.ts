import { isMap } from "../../rules/shown";

/**
 * What keeps an engine from using a text as a seccomp profile; nothing where it can. What it says of system calls is between
 * the person and the kernel: a name that the kernel doesn't know is passed over by the engine.
 */
export function profileFault(text: string): string | undefined {
    let profile: unknown;
    try {
        profile = JSON.parse(text);
    } catch {
        return "it isn't JSON";
    }
    if (!isMap(profile)) {
        return "it isn't a JSON object";
    }
    const { defaultAction, syscalls = [], architectures = [], archMap } = profile;
    if (!Array.isArray(architectures) || !Array.isArray(syscalls)) {
        return "its architectures or its syscalls aren't a list";
    }
    return (
        actionFault("defaultAction", defaultAction) ??
        // The two say the same in two ways (https://github.com/moby/profiles, seccomp).
        (archMap && architectures.length > 0 ? "it has both architectures and archMap" : undefined) ??
        firstFault(architectures, architectureFault) ??
        firstFault(syscalls, ruleFault)
    );
}

/** libseccomp's, as OCI's runtimes know them (https://github.com/opencontainers/runtime-spec, config-linux.md, Seccomp). */
const ACTIONS = ["ALLOW", "ERRNO", "KILL", "KILL_PROCESS", "KILL_THREAD", "LOG", "NOTIFY", "TRACE", "TRAP"].map(
    (action) => `SCMP_ACT_${action}`,
);
const COMPARISONS = ["NE", "LT", "LE", "EQ", "GE", "GT", "MASKED_EQ"].map((comparison) => `SCMP_CMP_${comparison}`);
/** A system call has no more (syscall(2)). */
const MOST_ARGUMENTS = 6;

function ruleFault(rule: unknown, index: number): string | undefined {
    const that = `syscalls[${index}]`;
    if (!isMap(rule)) {
        return `${that} isn't an object`;
    }
    const { name, names, action, args } = rule;
    return (
        nameFault(that, name, names) ??
        actionFault(`${that}.action`, action) ??
        (Array.isArray(args ?? [])
            ? firstFault((args ?? []) as unknown[], (each, at) => comparisonFault(each, `${that}.args[${at}]`))
            : `${that}.args isn't a list`)
    );
}

function nameFault(that: string, name: unknown, names: unknown): string | undefined {
    if ((name === undefined) === (names === undefined)) {
        return `${that} has not exactly one of name and names`;
    }
    return [name, names].some((each) => typeof each === "string" || isTexts(each))
        ? undefined
        : `${that}.names isn't a list of names`;
}

function isTexts(value: unknown): boolean {
    return Array.isArray(value) && value.every((each) => typeof each === "string");
}

function comparisonFault(argument: unknown, that: string): string | undefined {
    const { index, op } = isMap(argument) ? argument : {};
    if (!Number.isInteger(index) || (index as number) < 0 || (index as number) >= MOST_ARGUMENTS) {
        return `${that}.index isn't a number from 0 to ${MOST_ARGUMENTS - 1}`;
    }
    return COMPARISONS.includes(op as string) ? undefined : `${that}.op is none of ${COMPARISONS.join(", ")}`;
}

function architectureFault(architecture: unknown, index: number): string | undefined {
    return typeof architecture === "string" && /^SCMP_ARCH_[A-Z0-9_]+$/.test(architecture)
        ? undefined
        : `architectures[${index}] isn't SCMP_ARCH_…`;
}

function actionFault(where: string, action: unknown): string | undefined {
    return ACTIONS.includes(action as string) ? undefined : `${where} is none of ${ACTIONS.join(", ")}`;
}

function firstFault(list: readonly unknown[], fault: (item: unknown, index: number) => string | undefined) {
    return list.map(fault).find((found) => found !== undefined);
}
