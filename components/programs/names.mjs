import { readFileSync } from "node:fs";
import { parseJson } from "./json.mjs";

/** What the programs and the components have to call alike. */
export const NAMES = /** @type {{ labelPrefix: string, invisible: string }} */ (
    parseJson(readFileSync(new URL("names.json", import.meta.url), "utf8"))
);
