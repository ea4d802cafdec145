import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import {
    chmodSync,
    cpSync,
    existsSync,
    mkdirSync,
    mkdtempSync,
    readdirSync,
    readFileSync,
    rmSync,
    statSync,
    utimesSync,
    writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { promisify } from "node:util";
import { fillPlace } from "../../components/operations/place";

const PLACE = ".centos-systemd";

let directory: string;
/** A copy of the package, as far as it is placed. */
let source: string;
/** Where Pulumi runs. */
let target: string;

beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "place-"));
    source = join(directory, "package");
    target = join(directory, "program");
    mkdirSync(target);
    cpSync("components/operations/place.ts", join(source, "operations/place.ts"));
    for (const placed of ["programs", "image", "nri"]) {
        cpSync(`components/${placed}`, join(source, placed), { recursive: true });
    }
});
afterEach(() => rmSync(directory, { recursive: true }));

/** Fills the place by a process of its own. */
function fill(umask = "022", where = target) {
    const script = `require(${JSON.stringify(join(source, "operations/place.ts"))}).fillPlace()`;
    const node = [process.execPath, "--require", require.resolve("tsx/cjs"), "--eval", script];
    return promisify(execFile)("/bin/sh", ["-c", `umask ${umask} && exec "$0" "$@"`, ...node], { cwd: where });
}

interface Entry {
    readonly mode: string;
    /** Of a file. */
    readonly content?: string;
}

/** Everything below a directory: path → what it is. */
function tree(root: string, at = root): Record<string, Entry> {
    return Object.assign(
        {},
        ...readdirSync(at, { withFileTypes: true }).map((entry): Record<string, Entry> => {
            const path = join(at, entry.name);
            const mode = (statSync(path).mode & 0o7777).toString(8);
            return entry.isDirectory()
                ? { [relative(root, path)]: { mode }, ...tree(root, path) }
                : { [relative(root, path)]: { mode, content: readFileSync(path, "base64") } };
        }),
    ) as Record<string, Entry>;
}

/** What the place is to be, whatever was before. */
function expected(): Record<string, Entry> {
    const copied = Object.entries(tree(source)).filter(([path]) => /^(programs|image|nri)/.test(path));
    const placed = copied.map(([path, { content }]): [string, Entry] => {
        const isScript = content !== undefined && readFileSync(join(source, path), "utf8").startsWith("#!");
        return [
            path,
            { mode: content === undefined || isScript ? "755" : "644", ...(content !== undefined && { content }) },
        ];
    });
    return {
        ".gitignore": { mode: "644", content: Buffer.from("*\n").toString("base64") },
        ...Object.fromEntries(placed),
    };
}

const placed = (where = target) => tree(join(where, PLACE));

/** Gives everything below a directory these modes. */
function chmodAll(root: string, file: number, folder: number): void {
    for (const entry of readdirSync(root, { withFileTypes: true })) {
        const path = join(root, entry.name);
        if (entry.isDirectory()) {
            chmodAll(path, file, folder);
        }
        chmodSync(path, entry.isDirectory() ? folder : file);
    }
}

describe("the place beside a program", () => {
    it("has all programs and all that images are built from, scripts executable and nothing else", async () => {
        await fill();
        const found = placed();
        assert.deepEqual(found, expected());
        assert.equal(found["image/install-systemd"].mode, "755");
        assert.equal(found["image/Dockerfile"].mode, "644");
        assert.equal(found["programs/in-machine/ready.sh"].mode, "644");
        assert.equal(statSync(join(target, PLACE)).mode & 0o777, 0o755);
    });

    for (const umask of ["077", "002", "000"]) {
        it(`is the same under the umask ${umask}`, async () => {
            await fill(umask);
            assert.deepEqual(placed(), expected());
            assert.equal(statSync(join(target, PLACE)).mode & 0o777, 0o755);
        });
    }

    for (const [clone, file, folder] of [
        ["one that is its owner's alone", 0o600, 0o700],
        ["one that its group may write", 0o664, 0o775],
        ["one on a file system without modes", 0o777, 0o777],
        ["a package that nobody may write", 0o444, 0o555],
    ] as const) {
        it(`is the same from whatever clone: ${clone}`, async () => {
            const wanted = expected();
            chmodAll(source, file, folder);
            try {
                await fill();
            } finally {
                chmodAll(source, 0o644, 0o755);
            }
            assert.deepEqual(placed(), wanted);
        });
    }

    it("stays as it is where nothing has changed: nothing is written", async () => {
        await fill();
        const old = new Date("2020-01-01T00:00:00Z");
        const marks = () =>
            Object.fromEntries(
                ["", ...Object.keys(placed())].map((path) => {
                    const { mtimeMs, ino } = statSync(join(target, PLACE, path));
                    return [path, [mtimeMs, ino]];
                }),
            );
        ["", ...Object.keys(placed())].forEach((path) => utimesSync(join(target, PLACE, path), old, old));
        const before = marks();
        await fill("077");
        assert.deepEqual(marks(), before);
    });

    it("becomes what it is to be again, whatever was changed in it", async () => {
        await fill();
        const wanted = placed();
        writeFileSync(join(target, PLACE, "programs/ready.mjs"), "other");
        chmodSync(join(target, PLACE, "image/install-systemd"), 0o644);
        chmodSync(join(target, PLACE, "image/rootfs"), 0o700);
        rmSync(join(target, PLACE, ".gitignore"));
        rmSync(join(target, PLACE, "programs/on-host"), { recursive: true });
        await fill();
        assert.deepEqual(placed(), wanted);
    });

    it("follows another version: what that has no more goes, whatever it was", async () => {
        await fill();
        for (const path of ["programs/old.mjs", "programs/old/deep/er.sh", "image/rootfs/etc/old.conf"]) {
            const file = join(target, PLACE, path);
            mkdirSync(dirname(file), { recursive: true });
            writeFileSync(file, "");
        }
        await fill();
        assert.deepEqual(placed(), expected());
    });

    it("follows another version where what was a directory is a file, and the other way round", async () => {
        await fill();
        const [file, folder] = [join(target, PLACE, "programs/pin.mjs"), join(target, PLACE, "programs/on-host")];
        rmSync(file);
        mkdirSync(file);
        chmodSync(file, 0o644);
        rmSync(folder, { recursive: true });
        writeFileSync(folder, "");
        await fill();
        assert.deepEqual(placed(), expected());
    });

    it("is filled by several programs at once, as by two stacks of one checkout", async () => {
        for (let time = 0; time < 3; time++) {
            const where = join(directory, `program-${time}`);
            mkdirSync(where);
            await Promise.all(Array.from({ length: 5 }, () => fill("022", where)));
            assert.deepEqual(placed(where), expected());
        }
    });

    it("is a place of each directory that a program runs in", () => {
        const home = process.cwd();
        const other = join(directory, "other");
        mkdirSync(other);
        try {
            for (const where of [target, other]) {
                process.chdir(where);
                fillPlace();
                assert.ok(existsSync(join(where, PLACE, "programs/ready.mjs")), where);
            }
            // Once for each: what a program deletes itself, it misses itself.
            rmSync(join(other, PLACE), { recursive: true });
            fillPlace();
            assert.ok(!existsSync(join(other, PLACE)));
        } finally {
            process.chdir(home);
        }
    });
});
