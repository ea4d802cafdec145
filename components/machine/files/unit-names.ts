import type { BadValue } from "../../rules/problem";

/** Unit files of the administrator, before those of packages (systemd.unit(5), UNIT FILE LOAD PATH). */
export const UNIT_DIRECTORY = "/etc/systemd/system";

/** "<name>.<type>" (systemd.unit(5)); no slash, no blank. */
const UNIT_NAME = /^[A-Za-z0-9:_.\\@-]+\.(service|socket|target|timer|path|mount|automount|slice|swap|device|scope)$/;

/** Suffix included (systemd.unit(5), "The total length of the unit name"). */
export const MOST_UNIT_CHARACTERS = 255;

/** Everything wrong with the name of a unit; `allowed` says what a good one is. */
export function unitNameProblems(argument: string, value: string, allowed: string): BadValue[] {
    if (!UNIT_NAME.test(value)) {
        return [{ argument, value, allowed }];
    }
    return value.length <= MOST_UNIT_CHARACTERS
        ? []
        : [{ argument, value, allowed: `names of at most ${MOST_UNIT_CHARACTERS} characters, with their type` }];
}

/** Sets owners, environment and the state of units at each boot. */
export const SETUP_SERVICE = "machine-setup.service";
/** Lets ssh in, where the machine is to have that. */
export const SSHD_SERVICE = "machine-sshd.service";
