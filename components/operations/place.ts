import { chmodSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import * as path from "node:path";

/**
 * The directory, below the one in which Pulumi runs, where its plugins find our programs and what images are built from.
 *
 * State holds it as it is: a path of its own for each user, or for each version of this package, would be another input, and
 * with it another image and other machines. Its files have the same modes everywhere, whatever the umask of a clone: modes
 * are part of what an image is built from.
 */
const PLACE = ".centos-systemd";

/** Paths of the place, from the directory in which Pulumi runs. */
export const IN_PLACE = {
    programs: path.posix.join(PLACE, "programs"),
    image: path.posix.join(PLACE, "image"),
    nri: path.posix.join(PLACE, "nri"),
};

let filled: string | undefined;

/** Fills the place, once for each directory that the program runs in. */
export function fillPlace(): void {
    if (filled === process.cwd()) {
        return;
    }
    writeIfOther(path.join(PLACE, ".gitignore"), Buffer.from("*\n"), 0o644);
    for (const directory of Object.values(IN_PLACE)) {
        copy(path.join(__dirname, "..", path.basename(directory)), directory);
    }
    filled = process.cwd();
}

/** Makes the target what the source is: what an older version of this package has left there goes. */
function copy(source: string, target: string): void {
    makeDirectory(target);
    const entries = readdirSync(source, { withFileTypes: true });
    for (const old of readdirSync(target, { withFileTypes: true })) {
        if (!entries.some((entry) => entry.name === old.name && entry.isDirectory() === old.isDirectory())) {
            rmSync(path.join(target, old.name), { recursive: true, force: true });
        }
    }
    for (const entry of entries) {
        const [from, to] = [path.join(source, entry.name), path.join(target, entry.name)];
        if (entry.isDirectory()) {
            copy(from, to);
        } else {
            const content = readFileSync(from);
            writeIfOther(to, content, content.subarray(0, 2).toString() === "#!" ? 0o755 : 0o644);
        }
    }
}

function makeDirectory(directory: string): void {
    mkdirSync(directory, { recursive: true });
    // mkdir's own modes are less what the umask takes.
    chmodSync(directory, 0o755);
}

/** Elsewhere and then renamed: another `pulumi up` may be reading it, or looking for what is to go. */
function writeIfOther(file: string, content: Buffer, mode: number): void {
    if (isSame(file, content, mode)) {
        return;
    }
    makeDirectory(path.dirname(file));
    const unfinished = path.join(PLACE, `unfinished.${process.pid}`);
    writeFileSync(unfinished, content);
    chmodSync(unfinished, mode);
    renameSync(unfinished, file);
}

function isSame(file: string, content: Buffer, mode: number): boolean {
    const found = statSync(file, { throwIfNoEntry: false });
    return found !== undefined && (found.mode & 0o777) === mode && readFileSync(file).equals(content);
}
