import { readFileSync } from "node:fs";

/** The text of a script of in-machine/. @param {string} name */
export function machineText(name) {
    return readFileSync(new URL(`in-machine/${name}.sh`, import.meta.url), "utf8");
}
