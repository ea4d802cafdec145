import { readFileSync } from "node:fs";
import { parseJson } from "./json.mjs";

/** What the programs and the components have to know alike of the kernel. */
export const LINUX =
    /** @type {{ mostVariableBytes: number, mostVariablesBytes: number, inotifyInstances: number }} */ (
        parseJson(readFileSync(new URL("linux.json", import.meta.url), "utf8"))
    );
