import { existsSync, readFileSync } from "node:fs";
import * as path from "node:path";

/** This package's own version: its manifest lies beside the compiled code, and above the sources. */
export const VERSION = (JSON.parse(readFileSync(manifest(), "utf8")) as { version: string }).version;

function manifest(): string {
    const [beside, above] = [".", ".."].map((directory) => path.join(__dirname, directory, "package.json"));
    return existsSync(beside) ? beside : above;
}
