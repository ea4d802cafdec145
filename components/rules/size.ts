import type { BadValue } from "./problem";

/** Binary units (IEC 80000-13), in bytes. */
const UNITS: Readonly<Record<string, number>> = { KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 };
const SIZE = /^([1-9][0-9]*)(KiB|MiB|GiB)$/;

/** Bytes of a size as people write it, `512MiB`. */
export function bytes(size: string): number {
    const [, number, unit] = SIZE.exec(size) ?? [];
    return Number(number) * UNITS[unit];
}

/** Beyond it JavaScript, by whose numbers it goes to the engine, counts no single bytes any more; below 64 bits. */
const MOST_GIBIBYTES = (Number.MAX_SAFE_INTEGER + 1) / UNITS.GiB - 1;

/** A size; `undefined` is for the default. */
export function sizeProblems(argument: string, value: string | undefined): BadValue[] {
    if (value === undefined || (SIZE.test(value) && Number.isSafeInteger(bytes(value)))) {
        return [];
    }
    const form = 'a whole number of KiB, MiB or GiB, "512MiB"';
    return [{ argument, value, allowed: SIZE.test(value) ? `${form}; at most ${MOST_GIBIBYTES}GiB` : form }];
}
