import { execFileSync } from "node:child_process";
import * as path from "node:path";
import { CHECKOUT } from "./stack";

/** The package as `npm run build` makes it, for all tests of a run the same. */
let built = false;

/** Where it lies; the plugin for other languages is in `plugin`. */
export function builtPackage(): string {
    if (!built) {
        execFileSync("npm", ["run", "-s", "build"], { cwd: CHECKOUT, stdio: ["ignore", "ignore", "inherit"] });
        built = true;
    }
    return path.join(CHECKOUT, "dist");
}
