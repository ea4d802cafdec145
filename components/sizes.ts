import type { Problem } from "./problems";

/** Binary units (IEC 80000-13), in bytes. */
const UNITS: Readonly<Record<string, number>> = { KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 };
const SIZE = /^([1-9][0-9]*)(KiB|MiB|GiB)$/;

/** Bytes of a size as people write it, `512MiB`. */
export function bytes(size: string): number {
    const [, number, unit] = SIZE.exec(size) ?? [];
    return Number(number) * UNITS[unit];
}

/** A size; `undefined` is for the default. */
export function sizeProblems(argument: string, value: string | undefined): Problem[] {
    return value === undefined || SIZE.test(value)
        ? []
        : [{ argument, value, allowed: 'a whole number of KiB, MiB or GiB, "512MiB"' }];
}
