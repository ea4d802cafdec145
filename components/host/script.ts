import { readFileSync } from "node:fs";
import * as path from "node:path";

/** The text of a script of this directory that works by one-shot containers on the host, whole as `sh -s` takes it. */
export function hostScript(name: string): string {
    return ["one-shot.sh", name].map((file) => readFileSync(path.join(__dirname, file), "utf8")).join("\n");
}
