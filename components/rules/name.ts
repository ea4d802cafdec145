import type { BadValue } from "./problem";

/** RFC 1123 labels: names end up in host names, container names and cgroups, and the strictest of the three counts. */
const NAME = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/;
const MOST_CHARACTERS = 40;

/** A name of a sandbox or a machine. */
export function nameProblems(argument: string, value: string): BadValue[] {
    return NAME.test(value) && value.length <= MOST_CHARACTERS
        ? []
        : [
              {
                  argument,
                  value,
                  allowed: `1 to ${MOST_CHARACTERS} lower-case letters, digits and dashes, with a letter or digit at both ends`,
              },
          ];
}
